//! `clodo ci` and `clodo report` as a job of GitHub Actions runs them, against a stand-in.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::github::{GitHub, judge};
use super::{SHA, against};
use crate::git::git;
use crate::work_tree::WorkTree;

/// A job on a pull request, in a folder of its own.
pub(crate) struct Job {
    pub(crate) tree: WorkTree,
    variables: Vec<(&'static str, String)>,
}

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    summary: String,
    outputs: Vec<(String, String)>,
}

impl Job {
    pub(crate) fn new(tree: WorkTree, api_url: &str) -> Self {
        let repository = json!({ "id": 1, "full_name": "acme/shop", "default_branch": "main" });
        let side = |sha: &str| json!({ "ref": "x", "sha": sha, "repo": repository });
        let event = json!({
            "action": "synchronize",
            "number": 42,
            "pull_request": { "number": 42, "head": side(SHA), "base": side(&SHA.replace('4', "5")) },
            "repository": repository,
        });
        tree.write(".runner/event.json", event.to_string());
        let inside = |path: &str| tree.path().join(path).display().to_string();
        let variables = [
            ("CI", "true".to_owned()),
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_API_URL", api_url.to_owned()),
            ("GITHUB_EVENT_NAME", "pull_request".to_owned()),
            ("GITHUB_EVENT_PATH", inside(".runner/event.json")),
            ("GITHUB_OUTPUT", inside(".runner/output")),
            ("GITHUB_REPOSITORY", "acme/shop".to_owned()),
            ("GITHUB_RUN_ATTEMPT", "1".to_owned()),
            ("GITHUB_RUN_ID", "1187".to_owned()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_STEP_SUMMARY", inside(".runner/summary")),
            ("GITHUB_TOKEN", "ghs_t0ken".to_owned()),
            ("GITHUB_WORKSPACE", inside("")),
            ("HOME", inside(".runner")),
        ];
        Self { variables: variables.to_vec(), tree }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    pub(crate) fn step(&self, arguments: &[&str]) -> Step {
        let path = |name: &str| -> PathBuf { self.tree.path().join(".runner").join(name) };
        for name in ["output", "summary"] {
            fs::write(path(name), "").expect("a file");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_clodo"))
            .args(arguments)
            .current_dir(self.tree.path())
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let read = |name| fs::read_to_string(path(name)).expect("a file");
        Step {
            code: output.status.code().expect("no signal"),
            out: text(output.stdout),
            err: text(output.stderr),
            summary: read("summary"),
            outputs: outputs(&read("output")),
        }
    }
}

impl Step {
    pub(crate) fn output(&self, name: &str) -> &str {
        let found = self.outputs.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("no output {name}: {self:?}"), |(_, value)| value)
    }
}

/// Outputs as the runner reads them.
fn outputs(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    let mut outputs = Vec::new();
    while let Some((name, delimiter)) = lines.next().and_then(|line| line.split_once("<<")) {
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.push((name.to_owned(), value.join("\n")));
    }
    outputs
}

pub(crate) fn bad() -> WorkTree {
    let tree = WorkTree::new();
    tree.write("wrangler.toml", "name = \"shop\"\nmain = 5\n");
    tree
}

#[test]
fn a_pull_request_is_checked_and_told() {
    let github = GitHub::default();
    against(github.clone(), async |server| {
        let step =
            Job::new(bad(), &server.uri()).with("INPUT_COMMENT-KEY", "shop").step(&["ci", "-v"]);
        assert_eq!(step.code, 1, "{step:?}");
        assert!(step.out.contains("error[config/wrong-type]"), "{}", step.out);
        assert!(!step.out.contains("::error"), "the check run has the annotations: {}", step.out);
        assert!(step.summary.starts_with("### clodo: not ready"), "{}", step.summary);
        assert_eq!(step.output("decision"), "blocked");
        assert_eq!(step.output("reason-code"), "findings");
        assert_ne!(step.output("findings-errors"), "0");
        assert_eq!(
            step.output("comment-url"),
            "https://github.com/acme/shop/pull/42#issuecomment-1"
        );
        let result: Value = serde_json::from_str(step.output("result")).expect("JSON");
        assert_eq!((&result["schema"], &result["sha"]), (&json!("clodo.ci/1"), &json!(SHA)));
        assert!(step.err.contains("3 requests to the forge"), "{}", step.err);
        judge(server).await;
    });
    let (_, body) = github.comments().remove(0);
    assert!(body.starts_with("<!-- clodo:v1 key=shop "), "{body}");
    assert!(body.contains("config/wrong-type"), "{body}");
}

#[test]
fn without_a_token_the_verdict_is_the_same() {
    against(GitHub::default(), async |server| {
        let job = Job::new(bad(), &server.uri()).with("GITHUB_TOKEN", "");
        let step = job.step(&["ci"]);
        assert_eq!(step.code, 1, "{step:?}");
        assert!(step.out.contains("::error file=wrangler.toml,line=2"), "{}", step.out);
        assert!(step.err.contains("there is no token for GitHub"), "{}", step.err);
        assert!(server.received_requests().await.expect("recorded").is_empty());
        // What could not be told counts only where it is asked to.
        let tree = WorkTree::copy_of("examples/hello");
        let job = Job::new(tree, &server.uri()).with("GITHUB_TOKEN", "");
        assert_eq!(job.step(&["ci"]).code, 0);
        assert_eq!(job.step(&["ci", "--report-required"]).code, 7);
    });
}

#[test]
fn a_wrong_input_is_told() {
    against(GitHub::default(), async |server| {
        for (name, value, expected) in [
            ("INPUT_CHANGED", "yes", "the input changed is true or false, not \"yes\""),
            ("INPUT_FAIL-LEVEL", "high", "the input fail-level: expected error, warning or never"),
            ("INPUT_STATUS", "loud", "the input status: expected auto, check, status or off"),
        ] {
            let step = Job::new(bad(), &server.uri()).with(name, value).step(&["ci"]);
            assert_eq!(step.code, 2, "{step:?}");
            assert!(step.err.contains(expected) && step.err.contains("fix: "), "{}", step.err);
        }
    });
}

#[test]
fn a_fork_is_told_by_a_second_run() {
    let github = GitHub::default();
    against(github.clone(), async |server| {
        // The first run may only read, and saves what it found.
        let job = Job::new(bad(), &server.uri()).with("GITHUB_TOKEN", "");
        let step = job.step(&["ci", "--write", "report=clodo-report.json"]);
        assert_eq!(step.code, 1, "{step:?}");

        // The second one gets the commit from the event, and asks for the number: the event does
        // not name the pull request of a fork.
        let event = json!({
            "action": "completed",
            "workflow_run": { "id": 7, "event": "pull_request", "head_sha": SHA, "head_branch": "x",
                "head_repository": { "id": 2, "full_name": "fork/shop" }, "pull_requests": [] },
            "repository": { "id": 1, "full_name": "acme/shop", "default_branch": "main" },
        });
        job.tree.write(".runner/event.json", event.to_string());
        let job = job.with("GITHUB_EVENT_NAME", "workflow_run").with("GITHUB_TOKEN", "ghs_t0ken");
        let step = job.step(&["report", "--from", "clodo-report.json", "-v"]);
        assert_eq!(step.code, 0, "{step:?}");
        assert!(step.err.contains("comment written"), "{step:?}");
        // A file that a stranger wrote is refused before anybody is told anything.
        job.tree.write("bad.json", r#"{ "schema": "clodo.report/1" }"#);
        let step = job.step(&["report", "--from", "bad.json"]);
        assert_eq!(step.code, 2, "{step:?}");
        assert!(step.err.contains("bad.json cannot be told: "), "{}", step.err);
    });
    assert!(github.comments()[0].1.contains("config/wrong-type"));
}

#[test]
fn a_change_that_concerns_nobody_is_said_in_silence() {
    let github = GitHub::default();
    against(github.clone(), async |server| {
        let tree = WorkTree::new();
        tree.write("apps/api/wrangler.toml", "name = 1\n");
        let git = |arguments: &[&str]| git(&tree.path(), arguments);
        git(&["init", "--quiet"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "a"]);
        let base = git(&["rev-parse", "HEAD"]);
        tree.write("README.md", "hello\n");
        git(&["add", "README.md"]);
        git(&["commit", "--quiet", "--message", "b"]);

        let job = Job::new(tree, &server.uri());
        let step = job.with("CLODO_BASE_SHA", &base).step(&["ci", "--changed"]);
        assert_eq!(step.code, 0, "{step:?}");
        assert!(step.out.contains("Ready: the change concerns none of 1 service."), "{}", step.out);
        assert_eq!(step.output("reason-code"), "unaffected");
        assert_eq!(github.comments(), []);

        // A clone without history: everything is checked, and the log says why.
        let step = Job::new(bad(), &server.uri()).step(&["ci", "--changed"]);
        assert_eq!(step.code, 1, "{step:?}");
        assert!(step.err.contains("note: every service is checked: git"), "{}", step.err);
    });
}
