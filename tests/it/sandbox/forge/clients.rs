//! Clients that others wrote, PyGithub and python-gitlab: they walk the forges, and follow the links
//! in the answers.

use std::path::Path;
use std::process::{Command, Stdio};

use super::super::stand::Stand;
use super::{github, gitlab, origin};
use crate::forge::SHA;
use crate::python::python;

const PACKAGES: &[&str] = &["PyGithub==2.10.0", "python-gitlab==8.6.0"];

/// Runs a script beside this file.
fn run(stand: &Stand, script: &str) {
    let Some(python) = python(PACKAGES) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sandbox/forge");
    let output = Command::new(python)
        .arg(folder.join(script))
        .env_clear()
        .env("ORIGIN", origin(stand))
        .env("SHA", SHA)
        .stdin(Stdio::null())
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(stand.sandbox.record.not_emulated(), [], "{said}");
}

#[test]
fn pygithub_walks_github() {
    let stand = github();
    run(&stand, "walk_github.py");
    let state = stand.sandbox.state();
    let repository = &state.github.repositories["acme/shop"];
    assert_eq!(repository.check_runs[0].conclusion.as_deref(), Some("success"));
    assert_eq!(repository.comments.len(), 4);
}

#[test]
fn python_gitlab_walks_gitlab() {
    let stand = gitlab();
    run(&stand, "walk_gitlab.py");
    let state = stand.sandbox.state();
    let project = &state.gitlab.projects["group/sub/shop"];
    assert_eq!(project.statuses[0].status, "success");
    assert_eq!(project.deployments[0].approvals.len(), 2);
}
