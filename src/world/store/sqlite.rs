//! State in a file of SQLite.
//!
//! The connection lives on a thread of its own, so that nobody who waits for it blocks others.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter};
use serde_json::Value;
use tokio::sync::oneshot;

use super::database::RECORDS;
use super::{Database, Row, StoreError};
use crate::core::model::journal::{Broken, Chain, Written};
use crate::world::http::segments;

/// How long another process may keep the file to itself before we give up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The folder that clodo makes for itself in a project. It is kept out of commits.
const OWN_FOLDER: &str = ".clodo";

/// A file of SQLite.
#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    jobs: Sender<Job>,
}

struct Job {
    sql: String,
    params: Vec<String>,
    answer: oneshot::Sender<rusqlite::Result<Vec<Row>>>,
}

impl Sqlite {
    /// Opens the file, and makes it where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        make(path)?;
        Self::on(path, connect(path))
    }

    /// Opens a file that may not be written, to read it.
    pub(super) fn read(path: &Path) -> Result<Self, StoreError> {
        Self::on(path, connect_to_read(path))
    }

    fn on(path: &Path, connection: rusqlite::Result<Connection>) -> Result<Self, StoreError> {
        let connection = connection.map_err(|error| meaning(path, error))?;
        let (jobs, received) = channel();
        thread::Builder::new()
            .name("clodo-store".to_owned())
            .spawn(move || work(&connection, &received))
            .map_err(|error| file(path, "opened", &error))?;
        Ok(Self { path: path.to_owned(), jobs })
    }
}

#[async_trait]
impl Database for Sqlite {
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let params = params.iter().map(|&param| param.to_owned()).collect();
        let gone = || StoreError::Refused("the connection is closed".to_owned());
        self.jobs.send(Job { sql: sql.to_owned(), params, answer }).map_err(|_| gone())?;
        let rows = answered.await.map_err(|_| gone())?;
        rows.map_err(|error| meaning(&self.path, error))
    }

    /// Reads the entries where they lie, on a connection and a thread of its own: several of these go
    /// at the same time.
    async fn follow(&self, chain: Chain, until: u64) -> Result<Result<Chain, Broken>, StoreError> {
        let path = self.path.clone();
        let (answer, answered) = oneshot::channel();
        thread::Builder::new()
            .name("clodo-audit".to_owned())
            .spawn(move || {
                let connection = connect_to_read(&path);
                let _ = answer.send(connection.and_then(|one| follow(&one, chain, until)));
            })
            .map_err(|error| file(&self.path, "opened", &error))?;
        let gone = |_| StoreError::Refused("the connection is closed".to_owned());
        answered.await.map_err(gone)?.map_err(|error| meaning(&self.path, error))
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }
}

fn follow(
    connection: &Connection,
    mut chain: Chain,
    until: u64,
) -> rusqlite::Result<Result<Chain, Broken>> {
    let mut statement = connection.prepare(RECORDS)?;
    let mut rows = statement.query([chain.length.to_string()])?;
    while chain.length < until
        && let Some(row) = rows.next()?
    {
        let bytes = |column| row.get_ref(column).map(|value| value.as_bytes().unwrap_or_default());
        let written = Written { body: bytes(1)?, prev: bytes(2)?, hash: bytes(3)? };
        let number: i64 = row.get(0)?;
        if let Err(broken) = chain.follow_bytes(number.unsigned_abs(), written) {
            return Ok(Err(broken));
        }
    }
    Ok(Ok(chain))
}

/// Runs statements until nobody is left who could send one.
fn work(connection: &Connection, jobs: &Receiver<Job>) {
    for Job { sql, params, answer } in jobs {
        // Whoever does not wait for the answer has been dropped; the statement counts anyway.
        let _ = answer.send(rows(connection, &sql, &params));
    }
}

fn rows(connection: &Connection, sql: &str, params: &[String]) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut found = statement.query(params_from_iter(params))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let values = (0..columns).map(|column| Ok(value(row.get_ref(column)?)));
        rows.push(Row(values.collect::<rusqlite::Result<_>>()?));
    }
    Ok(rows)
}

/// A value as D1 gives it.
fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => bytes.into(),
    }
}

/// Makes the file with its folder, readable for its owner only.
fn make(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        let why = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(file(path, "opened", &why));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| file(folder, "made", &error))?;
        let ignored = folder.join(".gitignore");
        if folder.file_name().is_some_and(|name| name == OWN_FOLDER) && !ignored.exists() {
            fs::write(&ignored, "*\n").map_err(|error| file(&ignored, "made", &error))?;
        }
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| file(path, "written", &error))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A record that was acknowledged stays, even when the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// Where the folder may not be written either, SQLite cannot make the files that it shares with those
/// who write, and nobody does: then the file is read as one that does not change
/// (<https://sqlite.org/wal.html#read_only_databases>). What is still in the log (`-wal`) would be
/// missed, so that a file with a log is not read like that.
fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    let looks = connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    let cannot = |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::CannotOpen);
    match looks {
        Ok(()) => Ok(connection),
        Err(error) if cannot(&error) && !has_log(path) => {
            let uri = format!("file:{}?immutable=1", segments(&path.to_string_lossy()));
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
        }
        Err(error) => Err(error),
    }
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

fn file(path: &Path, what: &'static str, error: &io::Error) -> StoreError {
    StoreError::File { path: path.to_owned(), what, why: error.to_string() }
}

/// What an error of SQLite means for the store.
fn meaning(path: &Path, error: rusqlite::Error) -> StoreError {
    let (path, why) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { path, why }
        }
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::KeptByAnother { path, seconds: PATIENCE.as_secs() }
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::File { path, what: "opened", why }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::SystemIoFailure) => {
            StoreError::File { path, what: "written", why }
        }
        _ => StoreError::Refused(why),
    }
}
