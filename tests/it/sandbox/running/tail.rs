//! `wrangler tail`: what a Worker logs and throws comes to the one who follows it.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::super::stand::Stand;
use super::{deploy, eventually, running, version};
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const CODE: &str = "export default { async fetch(request) {
    console.log('hello', { from: new URL(request.url).pathname });
    console.error('oh');
    if (request.url.endsWith('/boom')) throw new TypeError('boom');
    return new Response('ok', { status: 201 });
} };";

/// Wrangler that follows a Worker, and what it has said so far. It ends with this.
struct Follower {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Follower {
    fn of(stand: &Stand, tree: &WorkTree, args: &[&str]) -> Option<Self> {
        let tools = toolchain()?;
        let mut command = tools.wrangler(&tree.path(), args);
        command.envs(stand.sandbox.environment());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("Wrangler starts");
        let said = Arc::<Mutex<String>>::default();
        // Exceptions go to its standard error.
        hear(child.stdout.take().expect("a pipe"), said.clone());
        hear(child.stderr.take().expect("a pipe"), said.clone());
        Some(Self { child, said })
    }

    fn said(&self) -> String {
        self.said.lock().expect("nobody panicked").clone()
    }
}

/// Adds what comes, line by line, until there is no more.
fn hear(from: impl Read + Send + 'static, said: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("nobody panicked");
            said.push_str(&line);
            said.push('\n');
        }
    });
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn stand() -> Option<(Stand, String)> {
    let stand = running()?;
    let id = version(&stand, "it", CODE, &[]);
    deploy(&stand, "it", &[(&id, 100.0)]);
    Some((stand, id))
}

#[test]
fn events_come_as_json() {
    let Some((stand, id)) = stand() else { return };
    let tree = WorkTree::new();
    let args = ["tail", "it", "--format", "json", "--status", "error"];
    let Some(follower) = Follower::of(&stand, &tree, &args) else { return };
    // It does not say when it listens.
    eventually(|| {
        assert_eq!(stand.visit("it.localhost", "/fine", &[]).0, 201);
        assert_eq!(stand.visit("it.localhost", "/boom", &[("x-a", "b")]).0, 500);
        if follower.said().contains("\n}") { Ok(()) } else { Err(follower.said()) }
    });
    let said = follower.said();
    let begin = said.find('{').unwrap_or_default();
    let event = serde_json::Deserializer::from_str(&said[begin..]).into_iter::<Value>().next();
    let event = event.expect("an event").unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!((&event["outcome"], &event["scriptName"]), (&"exception".into(), &"it".into()));
    assert_eq!(event["scriptVersion"]["id"], *id);
    let request = &event["event"]["request"];
    assert_eq!((&request["method"], &request["headers"]["x-a"]), (&"GET".into(), &"b".into()));
    assert!(
        request["url"].as_str().is_some_and(|url| url.ends_with(".workers.dev/boom")),
        "{request}"
    );
    assert!(request["headers"].get("clodo-version").is_none(), "{request}");
    assert_eq!(event["logs"][0]["message"], serde_json::json!(["hello", { "from": "/boom" }]));
    assert_eq!(event["logs"][1]["level"], "error");
    let thrown = &event["exceptions"][0];
    assert_eq!((&thrown["name"], &thrown["message"]), (&"TypeError".into(), &"boom".into()));
    assert!(!said.contains("/fine"), "only errors were asked for: {said}");
}

#[test]
fn events_come_for_people() {
    let Some((stand, _)) = stand() else { return };
    let tree = WorkTree::new();
    let args = ["tail", "it", "--format", "pretty"];
    let Some(follower) = Follower::of(&stand, &tree, &args) else { return };
    eventually(|| {
        let said = follower.said();
        if said.contains("Connected to it") { Ok(()) } else { Err(said) }
    });
    assert_eq!(stand.visit("it.localhost", "/boom", &[]).0, 500);
    eventually(|| {
        let said = follower.said();
        let all = ["/boom - Exception Thrown @", "(log) hello", "(error) oh", "TypeError: boom"];
        if all.iter().all(|one| said.contains(one)) { Ok(()) } else { Err(said) }
    });
}
