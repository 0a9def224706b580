//! The run of a fork saves a report that says to be of another commit, and of another pull request.

use serde_json::{Value, json};

use crate::delivery::place::Place;
use crate::forge::SHA;
use crate::forge::against;
use crate::forge::command::{Job, bad};
use crate::forge::github::GitHub;
use crate::toolchain::toolchain;

/// The commit of somebody else.
const FOREIGN: &str = "0123456789abcdef0123456789abcdef01234567";

/// The event of a run that follows one of a fork.
fn completed() -> Value {
    json!({
        "action": "completed",
        "workflow_run": { "id": 7, "event": "pull_request", "head_sha": SHA, "head_branch": "main",
            "head_repository": { "id": 2, "full_name": "fork/shop" }, "pull_requests": [] },
        "repository": { "id": 1, "full_name": "acme/shop", "default_branch": "main" },
    })
}

#[test]
fn workflow_run_artifact_with_a_foreign_sha() {
    let github = GitHub::default();
    against(github.clone(), async |server| {
        let job = Job::new(bad(), &server.uri()).with("GITHUB_TOKEN", "");
        job.step(&["ci", "--write", "report=clodo-report.json"]);
        let text = std::fs::read_to_string(job.tree.at("clodo-report.json")).expect("a report");
        let mut report: Value = serde_json::from_str(&text).expect("JSON");
        // Whatever such a field could be called.
        for name in ["sha", "head_sha", "commit", "pull_request", "number", "repository", "key"] {
            report[name] = if name == "number" { json!(1) } else { json!(FOREIGN) };
        }
        report["marker"] = json!({ "sha": FOREIGN, "key": "shop", "run": "9", "attempt": 9 });
        report["gates"] = json!([{ "environment": FOREIGN, "headline": FOREIGN }]);
        report["deliveries"] = json!([{ "environment": FOREIGN, "state": "deployed" }]);
        job.tree.write("clodo-report.json", report.to_string());

        job.tree.write(".runner/event.json", completed().to_string());
        let job = job.with("GITHUB_EVENT_NAME", "workflow_run").with("GITHUB_TOKEN", "ghs_t0ken");
        let step = job.step(&["report", "--from", "clodo-report.json", "-v"]);
        assert_eq!(step.code, 0, "{step:?}");
        for request in server.received_requests().await.expect("recorded") {
            let body = String::from_utf8_lossy(&request.body);
            let asked = format!("{} {} {body}", request.method, request.url);
            assert!(!asked.contains(FOREIGN), "{asked}");
            assert!(!request.url.path().contains("/issues/1/"), "{asked}");
        }
    });
    let (_, comment) = github.comments().remove(0);
    assert!(comment.contains(&format!("sha={SHA}")), "{comment}");
}

#[test]
fn a_run_that_follows_another_deploys_nothing() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    let job = place.on_push().with("GITHUB_EVENT_NAME", "workflow_run");
    let step = place.ci(&job, &["--deploy"]).ends(3);
    assert!(step.err.contains("a run for `workflow-run` never deploys"), "{step:#?}");
    assert!(place.stand.sandbox.state().workers.scripts.is_empty());
}
