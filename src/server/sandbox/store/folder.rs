//! A folder that keeps a state: its rows in SQLite, blobs in files beside it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use rusqlite::{Connection, params};

use super::super::state::State;
use super::rows::{self, Change, Place};

/// The file in the folder that holds the rows.
const ROWS: &str = "state.sqlite";
/// The file that held the whole state, before it had rows.
const WHOLE: &str = "state.json";
/// The folder in the folder that holds the blobs.
const BLOBS: &str = "blobs";
/// Locked by the sandbox that uses the folder.
const LOCK: &str = "lock";

const TABLE: &str = "CREATE TABLE IF NOT EXISTS state (
    part TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (part, owner, name)) STRICT, WITHOUT ROWID";
const WRITE: &str =
    "INSERT OR REPLACE INTO state (part, owner, name, value) VALUES (?1, ?2, ?3, ?4)";
const REMOVE: &str = "DELETE FROM state WHERE part = ?1 AND owner = ?2 AND name = ?3";

/// A folder, for one sandbox at a time.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Held until the end: two sandboxes in one folder would overwrite each other.
    _lock: File,
}

impl Folder {
    /// The folder with the rows in it. It is made if need be.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Rows)> {
        fs::create_dir_all(path.join(BLOBS))?;
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock().map_err(|_| {
            io::Error::new(ErrorKind::ResourceBusy, "another sandbox uses this folder")
        })?;
        let file = path.join(ROWS);
        let rows = Rows::open(&file).map_err(|error| unreadable(&file, error))?;
        Ok((Self { path: path.to_owned(), _lock: lock }, rows))
    }

    /// The state that was left in the folder.
    pub(super) fn state(&self, rows: &mut Rows) -> io::Result<State> {
        let file = self.path.join(ROWS);
        let left = rows.state().map_err(|error| unreadable(&file, error))?;
        if left != State::default() {
            return Ok(left);
        }
        let file = self.path.join(WHOLE);
        let state = match fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| unreadable(&file, error))?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(left),
            Err(error) => return Err(error),
        };
        rows.write(&left, &state)?;
        fs::remove_file(&file)?;
        Ok(state)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of a blob.
    pub(super) fn blob(&self, id: &str) -> Option<Bytes> {
        fs::read(self.path.join(BLOBS).join(id)).ok().map(Bytes::from)
    }

    /// Writes a blob beside its place first, so that there is all of it or nothing.
    pub(super) fn write_blob(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.join(BLOBS).join(id);
        if path.exists() {
            return Ok(());
        }
        let mut beside = tempfile::NamedTempFile::new_in(&self.path)?;
        beside.write_all(bytes)?;
        beside.as_file().sync_all()?;
        beside.persist(path)?;
        Ok(())
    }
}

/// The rows of a state.
#[derive(Debug)]
pub(super) struct Rows(Connection);

impl Rows {
    fn open(path: &Path) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        // It holds the values of secrets.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?;
        let connection = Connection::open(path)?;
        // A sandbox that is killed loses nothing; where the power fails, the last changes may be gone,
        // each as a whole.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(TABLE)?;
        Ok(Self(connection))
    }

    fn state(&self) -> Result<State, Box<dyn std::error::Error + Send + Sync>> {
        let mut statement = self.0.prepare("SELECT part, owner, name, value FROM state")?;
        let found = statement.query_map([], |row| {
            let place = Place { part: row.get(0)?, owner: row.get(1)?, name: row.get(2)? };
            Ok((place, row.get(3)?))
        })?;
        Ok(rows::state(found.collect::<Result<_, _>>()?)?)
    }

    /// Writes what a state has otherwise than the one that is there: all of it, or nothing.
    pub(super) fn write(&mut self, there: &State, state: &State) -> io::Result<()> {
        let changes = rows::changes(there, state)?;
        self.commit(&changes).map_err(io::Error::other)
    }

    fn commit(&mut self, changes: &[Change]) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        for Change { place: Place { part, owner, name }, text } in changes {
            match text {
                Some(text) => {
                    transaction.prepare_cached(WRITE)?.execute(params![part, owner, name, text])?
                }
                None => transaction.prepare_cached(REMOVE)?.execute(params![part, owner, name])?,
            };
        }
        transaction.commit()
    }
}

/// What is in a file is no state.
fn unreadable(file: &Path, error: impl std::fmt::Display) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("{}: {error}", file.display()))
}
