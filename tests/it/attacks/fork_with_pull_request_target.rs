//! A stranger opens a pull request from a fork, in a workflow that gives it the repository's own secrets.

use crate::delivery::place::{Place, SHOP};
use crate::toolchain::toolchain;

#[test]
fn fork_pull_request_with_pull_request_target() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    // The stranger's files were checked out, and they bring a command of their own.
    let build = "[build]\ncommand = \"touch owned\"\n\n[env.staging]";
    place.tree.write("wrangler.toml", SHOP.replace("[env.staging]", build));
    let mut job = place.on_pull_request().with("GITHUB_EVENT_NAME", "pull_request_target");
    job.of_a_fork();
    let ci = place.ci(&job, &["--deploy"]).ends(3);
    assert!(ci.err.contains("a run for `pull-request-target` never deploys"), "{ci:#?}");
    for command in ["deploy", "gate"] {
        let step = place.step(&job, &[command, "-e", "staging"]).ends(3);
        let words = "a run for `pull_request_target` deploys nothing of another repository";
        assert!(step.err.contains(words), "{step:#?}");
    }
    assert!(!place.tree.at("owned").exists(), "nothing of it ran");
    assert!(place.stand.sandbox.state().workers.scripts.is_empty());
}
