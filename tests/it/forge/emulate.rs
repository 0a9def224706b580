//! GitHub once more, against a stand-in that others wrote: `emulate`, from npm. It has neither
//! commit statuses nor GraphQL, and an update replaces annotations where GitHub's documentation says
//! that it adds to them; these are left to `github.rs`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use clodo::flow::publish::{Done, Status};
use clodo::world::forge::{Credential, Kind, Way};
use clodo::world::http::{Method, Request, block_on};
use serde_json::Value;

use super::{Scene, lines, secret};
use crate::http::hasty;
use crate::toolchain::toolchain;

/// The running service. It ends when its input does, which is with this.
struct Emulate {
    child: Child,
    address: String,
    sha: String,
    _home: tempfile::TempDir,
}

impl Drop for Emulate {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Nothing is left to do if it has ended already.
        let _ = self.child.wait();
    }
}

fn start() -> Option<Emulate> {
    let toolchain = toolchain()?;
    let home = tempfile::tempdir().expect("a folder");
    let mut child = toolchain
        .node(&toolchain.folder.join("github.mjs"), home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node runs");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
    stdout.read_line(&mut line).expect("it says where it is");
    let said: Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| said[name].as_str().expect("text").to_owned();
    Some(Emulate { child, address: text("address"), sha: text("sha"), _home: home })
}

impl Emulate {
    fn scene(&self, token: &str) -> Scene {
        let mut scene = Scene::new(Kind::GitHub, self.address.clone(), token);
        scene.to.repository = "clodo-bot/shop".into();
        scene.to.head_sha.clone_from(&self.sha);
        scene.to.pull_request = Some(1);
        scene
    }

    /// Reviews the pull request, as anybody with a token can.
    async fn review(&self, body: &str) -> Value {
        let url = format!("{}/repos/clodo-bot/shop/pulls/1/reviews", self.address);
        let review = serde_json::json!({ "event": "COMMENT", "body": body });
        let request = Request::new(Method::POST, url).json(&review);
        let request = request.authorization("Bearer", &secret("ghp_t0ken"));
        hasty().send(request).await.expect("an answer").json().expect("JSON")
    }

    async fn read(&self, path: &str) -> Value {
        let url = format!("{}/repos/clodo-bot/shop{path}", self.address);
        let request = Request::new(Method::GET, url);
        let request = request.authorization("Bearer", &secret("ghp_t0ken"));
        hasty().send(request).await.expect("an answer").json().expect("JSON")
    }
}

#[test]
fn a_github_that_others_wrote_takes_our_check_run() {
    let Some(github) = start() else { return };
    block_on(async {
        let (published, _) = github.scene("ghs_t0ken").errors(40).publish().await;
        assert_eq!(lines(&published), [""; 0]);
        assert_eq!(published.told[0].0, Way::CheckRun);
        let runs = github.read(&format!("/commits/{}/check-runs", github.sha)).await;
        assert_eq!(runs["total_count"], 1);
        let run = &runs["check_runs"][0];
        assert_eq!((&run["name"], &run["conclusion"]), (&"clodo/shop".into(), &"failure".into()));
        let path = format!("/check-runs/{}/annotations?per_page=100", run["id"]);
        assert_eq!(github.read(&path).await["total_count"], 40);
        assert_eq!(github.read("/issues/1/comments").await.as_array().map(Vec::len), Some(1));
    })
    .expect("a runtime");
}

#[test]
fn a_github_that_others_wrote_keeps_our_one_comment() {
    let Some(github) = start() else { return };
    block_on(async {
        let mut first = github.scene("ghp_t0ken");
        first.options.status = Status::Off;
        first.credential = Some(Credential::Token(secret("ghp_t0ken")));
        // A review with our marker, even by ourselves, is no comment of ours.
        let marker = "<!-- clodo:v1 key=shop sha=4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70 run=9.1 \
                      at=2030-01-01T00:00:00Z -->";
        let review = github.review(marker).await;
        assert_eq!(review["body"], marker, "{review}");
        for (later, errors, expected) in [
            (0, 2, Done::Created),
            (1, 2, Done::Unchanged),
            (5, 3, Done::Updated),
            (3, 1, Done::Outrun),
            (6, 0, Done::Updated),
        ] {
            let run = first.later(later);
            let run = if errors > 0 { run.errors(errors) } else { run.clean() };
            let (published, _) = run.publish().await;
            assert_eq!(lines(&published), [""; 0]);
            assert_eq!(published.comment.expect("a comment").done, expected, "after {later} min");
        }
        let comments = github.read("/issues/1/comments").await;
        assert_eq!(comments.as_array().map(Vec::len), Some(1));
        let reviews = github.read("/pulls/1/reviews").await;
        assert_eq!(reviews[0]["body"], marker, "it is left alone");
        assert!(comments[0]["body"].as_str().is_some_and(|body| body.contains("### clodo: ready")));
    })
    .expect("a runtime");
}
