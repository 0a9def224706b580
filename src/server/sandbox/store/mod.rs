//! Where the state is kept: in memory, or in a folder that survives.
//!
//! A change is made on a copy. Only when all of it succeeded, and was written where there is a
//! folder, does everybody see it: a process that is killed leaves the last complete state. Written is
//! what differs from the state before.

mod folder;
mod rows;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::body::Bytes;
use ring::digest::{SHA256, digest};
use tokio::sync::watch;

use super::envelope::ApiError;
use super::source::hex;
use super::state::State;
use folder::{Folder, Rows};

/// The state and its blobs.
#[derive(Debug)]
pub struct Store {
    state: watch::Sender<Arc<State>>,
    folder: Option<Folder>,
    /// Where changes are written. Who holds it is the only one who makes one.
    rows: Mutex<Option<Rows>>,
    blobs: RwLock<HashMap<String, Bytes>>,
}

impl Store {
    /// A store in memory.
    pub fn memory() -> Self {
        Self {
            state: watch::Sender::new(Arc::default()),
            folder: None,
            rows: Mutex::default(),
            blobs: RwLock::default(),
        }
    }

    /// A store in a folder, with the state that was left there. The folder is made if need be.
    pub fn open(path: &Path) -> io::Result<Self> {
        let (folder, mut rows) = Folder::open(path)?;
        let state = folder.state(&mut rows)?;
        Ok(Self {
            state: watch::Sender::new(Arc::new(state)),
            folder: Some(folder),
            rows: Mutex::new(Some(rows)),
            ..Self::memory()
        })
    }

    /// The folder, where the state is kept in one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(Folder::path)
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
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.state();
        let mut state = State::clone(&before);
        let given = change(&mut state)?;
        state.revision += 1;
        if let Some(rows) = &mut *rows {
            rows.write(&before, &state).map_err(cannot_write)?;
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
            Some(folder) => folder.blob(id),
            None => self.blobs.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned(),
        }
    }
}

fn cannot_write(error: io::Error) -> ApiError {
    ApiError::new(500, 10013, format!("the sandbox cannot write its state: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::sandbox::state::kv::{Kv, KvNamespace, KvValue};

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
    #[test]
    fn what_is_not_a_state_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        for (file, bytes) in [("state.json", "{"), ("state.sqlite", "not what SQLite writes")] {
            std::fs::write(folder.path().join(file), bytes).expect("written");
            let error = Store::open(folder.path()).expect_err("no state").to_string();
            assert!(error.contains(file), "{error}");
        }
    }

    /// Folders had one file for all of the state.
    #[test]
    fn a_folder_of_before_is_taken_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = State { revision: 7, kv: cache(3), ..State::default() };
        let file = folder.path().join("state.json");
        std::fs::write(&file, serde_json::to_vec(&before).expect("JSON")).expect("written");
        for _ in 0..2 {
            let store = Store::open(folder.path()).expect("the store");
            assert_eq!(*store.state(), before);
            assert!(!file.exists());
        }
    }

    /// A namespace with so many values.
    fn cache(values: usize) -> Kv {
        let value = |n: usize| (format!("key/{n}"), KvValue::default());
        let values = (0..values).map(value).collect();
        let id = "0f2ac74b498b48028cb68387c421e279".into();
        Kv { namespaces: vec![KvNamespace { id, values, ..KvNamespace::default() }] }
    }
}
