//! Where the state is kept: in memory, or in a folder that survives.
//!
//! A change is made on a copy. Only when all of it succeeded, and was written where there is a
//! folder, does everybody see it: a process that is killed leaves the last complete state.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::body::Bytes;
use ring::digest::{SHA256, digest};
use tokio::sync::watch;

use super::envelope::ApiError;
use super::source::hex;
use super::state::State;

/// The file in the folder that holds the state.
const STATE: &str = "state.json";
/// The folder in the folder that holds the blobs.
const BLOBS: &str = "blobs";
/// Locked by the sandbox that uses the folder.
const LOCK: &str = "lock";

/// The state and its blobs.
#[derive(Debug)]
pub struct Store {
    state: watch::Sender<Arc<State>>,
    writing: Mutex<()>,
    folder: Option<Folder>,
    blobs: RwLock<HashMap<String, Bytes>>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Held until the end: two sandboxes in one folder would overwrite each other.
    _lock: File,
}

impl Store {
    /// A store in memory.
    pub fn memory() -> Self {
        Self {
            state: watch::Sender::new(Arc::default()),
            writing: Mutex::default(),
            folder: None,
            blobs: RwLock::default(),
        }
    }

    /// A store in a folder, with the state that was left there. The folder is made if need be.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path.join(BLOBS))?;
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock().map_err(|_| {
            io::Error::new(io::ErrorKind::ResourceBusy, "another sandbox uses this folder")
        })?;
        let state = match fs::read(path.join(STATE)) {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::default(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            state: watch::Sender::new(Arc::new(state)),
            folder: Some(Folder { path: path.to_owned(), _lock: lock }),
            ..Self::memory()
        })
    }

    /// The folder, where the state is kept in one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(|folder| &*folder.path)
    }

    /// The state as it is now. It does not change in the hand of the one who asked.
    pub fn state(&self) -> Arc<State> {
        self.state.borrow().clone()
    }

    /// Tells of every change.
    pub fn subscribe(&self) -> watch::Receiver<Arc<State>> {
        self.state.subscribe()
    }

    /// Changes the state: all of it, or nothing where the change gives an error.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.change_or(change)
    }

    /// The same for those whose errors are not Cloudflare's.
    pub(super) fn change_or<T, E: From<ApiError>>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = State::clone(&self.state());
        let given = change(&mut state)?;
        state.revision += 1;
        if let Some(folder) = &self.folder {
            folder.save(&state).map_err(cannot_write)?;
        }
        self.state.send_replace(Arc::new(state));
        Ok(given)
    }

    /// Keeps bytes, and gives their id: the SHA-256 of what they are.
    pub fn put_blob(&self, bytes: Bytes) -> Result<String, ApiError> {
        let id = hex(digest(&SHA256, &bytes).as_ref());
        if let Some(folder) = &self.folder {
            folder.write_blob(&id, &bytes).map_err(cannot_write)?;
        } else {
            let mut blobs = self.blobs.write().unwrap_or_else(PoisonError::into_inner);
            blobs.insert(id.clone(), bytes);
        }
        Ok(id)
    }

    /// The bytes of an id that [`Self::put_blob`] gave.
    pub fn blob(&self, id: &str) -> Option<Bytes> {
        match &self.folder {
            Some(folder) => fs::read(folder.path.join(BLOBS).join(id)).ok().map(Bytes::from),
            None => self.blobs.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned(),
        }
    }
}

fn cannot_write(error: io::Error) -> ApiError {
    ApiError::new(500, 10013, format!("the sandbox cannot write its state: {error}"))
}

impl Folder {
    fn save(&self, state: &State) -> io::Result<()> {
        let text = serde_json::to_vec(state)?;
        self.replace(&self.path.join(STATE), &text)
    }

    fn write_blob(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.join(BLOBS).join(id);
        if path.exists() { Ok(()) } else { self.replace(&path, bytes) }
    }

    /// Writes beside the file first, so that there is either the old one or the new one.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut beside = tempfile::NamedTempFile::new_in(&self.path)?;
        beside.write_all(bytes)?;
        beside.as_file().sync_all()?;
        beside.persist(path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rename(store: &Store, name: &str) {
        let renamed = store.change(|state| {
            name.clone_into(&mut state.account.name);
            Ok(())
        });
        renamed.expect("a change");
    }

    #[test]
    fn a_change_is_kept_whole_or_not_at_all() {
        let store = Store::memory();
        let failed: Result<(), _> = store.change(|state| {
            state.account.name = "half".into();
            Err(ApiError::new(400, 1, "no"))
        });
        assert!(failed.is_err());
        assert_eq!(*store.state(), State::default());
        rename(&store, "whole");
        assert_eq!((store.state().revision, &*store.state().account.name), (1, "whole"));
    }

    #[test]
    fn a_folder_keeps_what_was_changed_and_belongs_to_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a new store");
        rename(&store, "kept");
        let blob = store.put_blob(Bytes::from_static(b"bytes")).expect("a blob");
        assert!(Store::open(folder.path()).is_err(), "two in one folder");
        drop(store);
        let store = Store::open(folder.path()).expect("the store again");
        assert_eq!(store.state().account.name, "kept");
        assert_eq!(store.blob(&blob).as_deref(), Some(&b"bytes"[..]));
        assert_eq!(store.blob("none"), None);
    }
}
