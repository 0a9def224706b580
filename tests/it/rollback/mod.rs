//! Going back, in a sandbox: the account shows what came of it.

mod blockers;
mod choices;
mod command;
mod databases;
mod going_on;
mod kill;
mod partial;
mod record;
mod restoration;
mod unversioned;
mod verification;
mod waiting;

use std::path::Path;
use std::process::{Command, Output};

use clodo::world::cloudflare::{Access, Cloudflare};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sandbox::Stand;
use crate::sandbox::running::version;
use crate::work_tree::WorkTree;

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// clodo in the environment of a sandbox, without Node and without Wrangler.
pub(crate) fn clodo(stand: &Stand, root: &Path, args: &[&str]) -> Ended {
    run(command(stand, root).args(args))
}

pub(crate) fn command(stand: &Stand, root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("HOME", root).env("USER", "ana").envs(stand.sandbox.environment());
    command.current_dir(root).stdin(std::process::Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) -> Ended {
    Ended::of(command.output().expect("clodo runs"))
}

/// The API's client for a sandbox.
fn cloudflare(stand: &Stand) -> Cloudflare {
    let environment = stand.sandbox.environment();
    let variable = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    };
    let access = Access::of(&variable).expect("an access").expect("a token");
    Cloudflare::new(&access, Default::default())
}

/// A version of a Worker that answers with a status, and with its own id in a header. It gets no
/// requests.
pub(crate) fn upload(stand: &Stand, worker: &str, status: u16, bindings: &[Value]) -> String {
    let code = format!(
        "export default {{ fetch: (_, env) => new Response('{{\"ok\":true}}', \
         {{ status: {status}, headers: {{ 'x-version': env.META.id }} }}) }};"
    );
    let meta = json!({ "type": "version_metadata", "name": "META" });
    version(stand, worker, &code, &[bindings, &[meta]].concat())
}

/// Gives a version all requests, as somebody else would. Answers the id of the deployment.
pub(crate) fn deploy(stand: &Stand, worker: &str, version: &str, message: &str) -> String {
    let path = format!("/accounts/{{account}}/workers/scripts/{worker}/deployments?force=true");
    let body = json!({
        "strategy": "percentage",
        "versions": [{ "version_id": version, "percentage": 100 }],
        "annotations": { "workers/message": message },
    });
    let (status, answer) = stand.ask(Method::POST, &path, Some(&body));
    assert_eq!(status, 200, "{answer}");
    answer["result"]["id"].as_str().expect("an id").to_owned()
}

/// The versions that serve.
fn serving(stand: &Stand, worker: &str) -> Vec<(String, f64)> {
    let script = stand.script(worker);
    script.serving().map(|(version, share)| (version.id.clone(), share)).collect()
}

fn whole(version: &str) -> Vec<(String, f64)> {
    vec![(version.to_owned(), 100.0)]
}

/// Workers of these names, each with its configuration.
fn tree(workers: &[&str]) -> WorkTree {
    let tree = WorkTree::new();
    for worker in workers {
        let config = json!({ "name": worker, "main": "index.js", "workers_dev": true });
        tree.write(&format!("{worker}/wrangler.json"), config.to_string());
        tree.write(&format!("{worker}/index.js"), "export default {}");
    }
    tree
}

const BACK: &[&str] = &["rollback", "--format", "json"];
