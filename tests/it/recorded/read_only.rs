//! A state that may not be written can be read.

use std::fs;
use std::process::Command;

use clodo::core::model::deployment::{Progress, State};

use super::{Journal, Said, clodo, command, said};
use crate::toolchain::skip;
use crate::work_tree::WorkTree;

const FIRST: &str = "d-01JD4Z9T3M8V5QW2E7R6Y1XKB1";
const SECOND: &str = "d-01JD4Z9T3M8V5QW2E7R6Y1XKB2";

/// Mounts the folder anew, to read only, for one program: whoever runs it.
const READ_ONLY: &str =
    r#"mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && exec "$0" "$@""#;

fn read_only(tree: &WorkTree, args: &[&str]) -> Said {
    let mut unshare = command("unshare", &tree.path(), &[]);
    unshare.args(["--map-root-user", "--mount", "sh", "-c", READ_ONLY]);
    said(unshare.arg(env!("CARGO_BIN_EXE_clodo")).args(args))
}

#[test]
#[cfg(target_os = "linux")]
fn what_only_reads_needs_no_leave_to_write() {
    let mut can = Command::new("unshare");
    can.args(["--map-root-user", "--mount", "true"]);
    if !can.output().is_ok_and(|output| output.status.success()) {
        return skip("no disk of its own can be made here: `unshare --mount` is refused");
    }
    let journal = Journal::new();
    for (id, state) in [(FIRST, State::Succeeded), (SECOND, State::Failed)] {
        let commit = "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
        journal.deployed(id, "production", commit, state, Progress::default());
    }
    // Somebody else has it open, and not all of it is in the file yet.
    let history = read_only(&journal.tree, &["history"]).ends(0).out;
    assert!(history.contains(FIRST) && history.contains(SECOND), "{history}");

    // A copy that nobody has open.
    let database = journal.tree.at(".clodo/state.db");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("emptied");
    let tree = WorkTree::of(&[(".clodo/.gitignore", "*\n")]);
    fs::copy(database, tree.at(".clodo/state.db")).expect("a copy");
    clodo(&tree.path(), &["audit", "keygen", "acme/shop"], &[]).ends(0);
    // It was written by an older clodo.
    let copy = rusqlite::Connection::open(tree.at(".clodo/state.db")).expect("a database");
    let forget = "DELETE FROM clodo_schema WHERE version > 3; PRAGMA wal_checkpoint(TRUNCATE)";
    copy.execute_batch(forget).expect("an older schema");
    drop(copy);
    for (args, expected) in [
        (&["history"][..], SECOND),
        (&["history", FIRST], "succeeded"),
        (&["audit", "verify"], "whole: 6 entries"),
        (&["audit", "ls"], "deployment-started"),
        (&["audit", "export"], SECOND),
        (&["lock", "ls"], ""),
        (&["diff", FIRST, SECOND, "--offline"], FIRST),
    ] {
        let said = read_only(&tree, args).ends(0);
        assert!(said.out.contains(expected), "{args:?}: {said:?}");
    }
    let sign = ["audit", "checkpoint", "--key", "clodo-audit.key"];
    let refused = read_only(&tree, &sign).ends(2).err;
    assert!(refused.contains("state.db cannot be written"), "{refused}");
}
