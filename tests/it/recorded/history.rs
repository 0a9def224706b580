//! `clodo history`.

use clodo::core::model::deployment::{Progress, State};

use super::{Journal, clodo};
use crate::work_tree::WorkTree;

const FIRST: &str = "d-01JD4Z9T3M8V5QW2E7R6Y1XKB1";
const SECOND: &str = "d-01JD4Z9T3M8V5QW2E7R6Y1XKB2";
const SHA: &str = "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";

fn journal() -> Journal {
    let journal = Journal::new();
    let healthy =
        Progress { version: Some("v1".into()), healthy: Some(true), ..Progress::default() };
    journal.deployed(FIRST, "production", SHA, State::Succeeded, healthy);
    journal.deployed(SECOND, "staging", SHA, State::Failed, Progress::default());
    journal
}

#[test]
fn the_newest_comes_first_and_filters_count() {
    let journal = journal();
    let all = journal.clodo(&["history"]).ends(0).out;
    let lines: Vec<&str> = all.lines().collect();
    assert!(lines.len() == 3 && lines[1].starts_with(SECOND), "{all}");
    assert!(lines[2].contains("ana") && lines[2].contains("4be21c7  9f3c41d07b2a"), "{all}");
    for (args, expected) in [
        (&["-e", "production"][..], &[FIRST][..]),
        (&["--state", "failed"], &[SECOND]),
        (&["--state", "running"], &[]),
        (&["--service", "api", "--limit", "1"], &[SECOND]),
        (&["--service", "web"], &[]),
        (&["--actor", "ana", "--since", "1h"], &[SECOND, FIRST]),
        (&["--actor", "ben"], &[]),
        (&["--since", "2099-01-01"], &[]),
    ] {
        let said = journal.clodo(&[&["history", "--format", "json"], args].concat()).ends(0).json();
        let found = said["deployments"].as_array().expect("an array").iter();
        let found: Vec<&str> = found.map(|one| one["id"].as_str().unwrap_or_default()).collect();
        assert_eq!(found, expected, "{args:?}");
    }
    assert_eq!(journal.clodo(&["history", "--state", "gone"]).code, 2);
}

#[test]
fn one_deployment_is_shown_with_what_the_journal_has() {
    let journal = journal();
    let said = journal.clodo(&["history", FIRST]).ends(0).out;
    assert!(said.starts_with(&format!("Deployment {FIRST} to production: succeeded")), "{said}");
    assert!(said.contains("api: succeeded, healthy (staged, Worker api-production)"), "{said}");
    assert!(said.contains("service finished") && said.contains("version   v1"), "{said}");
    let json = journal.clodo(&["history", FIRST, "--format", "json"]).ends(0).json();
    assert_eq!(json["deployments"][0]["services"][0]["healthy"], true);
    assert_eq!(json["entries"].as_array().map(Vec::len), Some(3));
    let none = journal.clodo(&["history", "d-nope"]).ends(2).err;
    assert!(none.contains("there is no deployment d-nope"), "{none}");
}

#[test]
fn where_nothing_is_recorded_reading_makes_no_file() {
    let tree = WorkTree::new();
    for args in [&["history"][..], &["audit", "ls"], &["audit", "export"]] {
        let said = clodo(&tree.path(), args, &[]).ends(0);
        assert!(said.err.contains("nothing is recorded here yet"), "{said:?}");
    }
    assert!(!tree.at(".clodo").exists());
}
