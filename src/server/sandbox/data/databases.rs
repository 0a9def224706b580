//! The databases of D1, opened when they are first asked for.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::body::Bytes;
use serde_json::Value;

use super::super::Sandbox;
use super::super::d1::{Answer, Bookmark, Database, Error, Statement};
use super::super::envelope::ApiError;
use super::super::errors::products::NO_SUCH_DATABASE;
use super::super::store::Store;

/// The folder for databases, beside the state.
const FOLDER: &str = "d1";

/// The databases that are open, by their id.
#[derive(Debug)]
pub struct Databases {
    folder: Option<PathBuf>,
    open: Mutex<HashMap<String, Arc<Mutex<Database>>>>,
    transfers: Mutex<HashMap<String, Transfer>>,
    initial: OnceLock<HashMap<String, Bookmark>>,
}

/// A file on its way in or out, or what became of it.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Transfer {
    /// The MD5 that the client said the file has.
    pub(in super::super) etag: String,
    /// What is in it, when it is there.
    pub(in super::super) bytes: Option<Bytes>,
    /// How the import ended.
    pub(in super::super) outcome: Option<Value>,
}

impl Databases {
    /// Databases in files where the store has a folder, else in memory.
    pub(in super::super) fn beside(store: &Store) -> io::Result<Self> {
        let folder = store.folder().map(|folder| folder.join(FOLDER));
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)?;
        }
        Ok(Self {
            folder,
            open: Mutex::default(),
            transfers: Mutex::default(),
            initial: OnceLock::new(),
        })
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<String, Arc<Mutex<Database>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: &str) -> Result<Arc<Mutex<Database>>, Error> {
        let mut opened = self.opened();
        if let Some(database) = opened.get(id) {
            return Ok(Arc::clone(database));
        }
        let database = match &self.folder {
            Some(folder) => Database::open(&folder.join(format!("{id}.sqlite")))?,
            None => Database::in_memory()?,
        };
        let database = Arc::new(Mutex::new(database));
        opened.insert(id.to_owned(), Arc::clone(&database));
        Ok(database)
    }

    /// Files by their names, and imports by their bookmarks.
    pub(in super::super) fn transfers(&self) -> MutexGuard<'_, HashMap<String, Transfer>> {
        self.transfers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what is in the databases that are open. Only in memory: files may be large.
    pub(in super::super) fn remember(&self) {
        if self.folder.is_some() {
            return;
        }
        let mark = |(id, database): (&String, &Arc<Mutex<Database>>)| {
            let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
            // A copy in memory fails where there is no memory.
            Some((id.clone(), database.bookmark(0).ok()?))
        };
        // It is set once: the account is opened once.
        let _ = self.initial.set(self.opened().iter().filter_map(mark).collect());
    }

    /// Goes back to what was remembered; databases that are newer are thrown away. Those in files stay
    /// as they are.
    pub(in super::super) fn reset(&self) {
        let Some(initial) = self.initial.get() else { return };
        self.opened().retain(|id, database| {
            let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
            let bookmark = initial.get(id).map(Bookmark::as_str);
            bookmark.is_some_and(|bookmark| database.restore(bookmark, 0).is_ok())
        });
    }

    /// Throws a database away.
    pub(in super::super) fn remove(&self, id: &str) {
        self.opened().remove(id);
        if let Some(folder) = &self.folder {
            // What cannot be removed is in nobody's way: no other database gets this id.
            let _ = fs::remove_file(folder.join(format!("{id}.sqlite")));
        }
    }
}

impl Sandbox {
    /// Does something with a database of the account. It blocks until it is done.
    ///
    /// # Errors
    ///
    /// There is no such database (7404).
    pub fn with_d1<T>(
        &self,
        id: &str,
        act: impl FnOnce(&mut Database) -> T,
    ) -> Result<T, ApiError> {
        let state = self.state();
        let database = state.d1.database(id).ok_or(NO_SUCH_DATABASE)?;
        let database = self
            .databases
            .get(&database.uuid)
            .map_err(|error| ApiError::new(500, 7500, error.to_string()))?;
        let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(act(&mut database))
    }

    /// Runs statements in a database as a batch. It blocks until they are done.
    ///
    /// # Errors
    ///
    /// There is no such database, or SQLite's or D1's error for the statement that failed.
    pub fn d1_run(&self, id: &str, statements: &[Statement]) -> Result<Vec<Answer>, Error> {
        self.with_d1(id, |database| database.run(statements))
            .unwrap_or_else(|error| Err(Error::from(error)))
    }
}
