//! Files of SQLite that are missing, damaged, somebody else's or out of reach.

use std::fs;
use std::path::Path;

use clodo::core::model::journal::Action;
use clodo::world::http::block_on;
use clodo::world::store::{Place, Store, StoreError};
use serde_json::json;

use super::{event, in_file};

fn open(path: &Path) -> Result<Store, StoreError> {
    block_on(Store::open(&Place::Sqlite(path.to_owned()))).expect("a runtime")
}

fn refused(path: &Path) -> StoreError {
    let error = open(path).expect_err("it cannot be opened");
    assert!(!error.hint().is_empty());
    error
}

#[test]
fn the_file_is_made_with_its_folder_and_kept_out_of_commits() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(".clodo/state.db");
    let place = Place::Sqlite(path.clone());
    assert!(
        block_on(Store::open_existing(&place)).expect("a runtime").expect("no error").is_none()
    );
    assert!(!path.exists(), "reading makes no file");
    open(&path).expect("a store");
    let ignored = fs::read_to_string(folder.path().join(".clodo/.gitignore")).expect("a file");
    assert_eq!(ignored, "*\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for name in fs::read_dir(folder.path().join(".clodo")).expect("a folder") {
            let entry = name.expect("an entry");
            let mode = entry.metadata().expect("known").permissions().mode() & 0o777;
            if entry.file_name() != ".gitignore" {
                assert_eq!(mode, 0o600, "{:?}", entry.path());
            }
        }
    }
    let named = folder.path().join("kept/here.db");
    open(&named).expect("a store");
    assert!(!folder.path().join("kept/.gitignore").exists(), "a folder of the user's is his");
}

#[test]
fn what_is_written_is_there_for_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    let written = block_on(async {
        let store = in_file(&path).await;
        store.append(&event(Action::ExternalChange, json!({}))).await.expect("an entry")
    });
    let read = block_on(async { in_file(&path).await.entries(&Default::default()).await });
    assert_eq!(read.expect("a runtime"), Ok(vec![written.expect("a runtime")]));
}

#[test]
fn a_file_that_cannot_be_one_is_named_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = refused(folder.path());
    assert!(matches!(error, StoreError::File { what: "opened", .. }), "{error}");

    let text = folder.path().join("text.db");
    fs::write(&text, "this is no database, and it is long enough to be looked at\n".repeat(40))
        .expect("a file");
    let error = refused(&text);
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");

    let below_a_file = text.join("state.db");
    let error = refused(&below_a_file);
    assert!(matches!(error, StoreError::File { what: "made", .. }), "{error}");

    let other = folder.path().join("other.db");
    let connection = rusqlite::Connection::open(&other).expect("a database");
    connection.execute_batch("CREATE TABLE users (id)").expect("a table");
    let error = refused(&other);
    assert!(matches!(&error, StoreError::NotOurs { table, .. } if table == "users"), "{error}");
}

#[test]
fn a_page_that_is_overwritten_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    block_on(async {
        let store = in_file(&path).await;
        for _ in 0..50 {
            store.append(&event(Action::ExternalChange, json!({}))).await.expect("an entry");
        }
    })
    .expect("a runtime");
    // Whole pages are in the file once the log is emptied into it.
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("emptied");
    drop(connection);
    let mut bytes = fs::read(&path).expect("a file");
    bytes[4096..].fill(0x5a);
    fs::write(&path, bytes).expect("a file");
    let error = refused(&path);
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn many_may_open_a_new_file_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let write = async {
                    let store = in_file(&path).await;
                    for _ in 0..5 {
                        store.append(&event(Action::ExternalChange, json!({}))).await?;
                    }
                    Ok::<_, StoreError>(())
                };
                block_on(write).expect("a runtime").expect("written");
            });
        }
    });
    let count = block_on(async { in_file(&path).await.records(0, 100).await });
    assert_eq!(count.expect("a runtime").map(|records| records.len()), Ok(30));
}
