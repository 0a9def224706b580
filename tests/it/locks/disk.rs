//! A disk that runs full: nothing that was acknowledged is lost, and it goes on when there is room.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clodo::core::model::journal::{Action, verify};
use clodo::world::http::block_on;
use clodo::world::store::StoreError;

use super::event;
use crate::store::in_file;
use crate::toolchain::skip;
use crate::work_tree::WorkTree;

/// Tells the process of this test, which has a small disk of its own, from an ordinary run.
const FOLDER: &str = "CLODO_TEST_SMALL_DISK";

/// Room for the schema and some events.
const DISK: &str = "size=1m";
const BALLAST: usize = 300 << 10;

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_nothing() {
    let tree = WorkTree::new();
    // The disk goes with the process, whatever happens.
    let script = format!("mount -t tmpfs -o {DISK} none \"${FOLDER}\" && exec \"$0\" \"$@\"");
    let mut can = Command::new("unshare");
    can.args(["--map-root-user", "--mount", "true"]);
    if !can.output().is_ok_and(|output| output.status.success()) {
        return skip("no disk of its own can be made here: `unshare --mount` is refused");
    }
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "locks::disk::process", "--ignored", "--nocapture"])
        .env(FOLDER, tree.path())
        .output()
        .expect("the process starts");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success() && said.contains("it went on"), "{output:?}");
}

#[test]
#[ignore = "the test of the full disk runs it in a process of its own"]
fn process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    block_on(fill(&folder)).expect("a runtime");
}

async fn fill(folder: &Path) {
    fs::write(folder.join("ballast"), vec![0; BALLAST]).expect("there is room");
    let path = folder.join("state.db");
    let store = in_file(&path).await;
    let mut acknowledged = 0;
    let (refused, error) = loop {
        let event = event(Action::DeploymentStarted, &format!("d-{acknowledged}"), None);
        match store.append(&event).await {
            Ok(entry) => acknowledged = entry.seq,
            Err(error) => break (event, error),
        }
    };
    assert_eq!(error, StoreError::Full { path: path.clone() }, "after {acknowledged}");
    assert!(error.hint().contains("make room"), "{}", error.hint());
    let records = store.records(0, u64::MAX >> 1).await.expect("it can be read");
    assert_eq!(verify(&records).map(|chain| chain.length), Ok(acknowledged));
    fs::remove_file(folder.join("ballast")).expect("there is one");
    let entry = store.append(&refused).await.expect("there is room again");
    assert_eq!(entry.seq, acknowledged + 1);
    println!("full after {acknowledged} events, and then it went on");
}
