//! Going back, in a sandbox: the account shows what came of it.

mod command;
mod record;
mod restoration;
mod verification;

use std::path::Path;
use std::process::Command;

use clodo::server::sandbox::state::workers::{Binding, Module, Script, Subdomain, Version};
use clodo::world::cloudflare::{Access, Cloudflare};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sandbox::Stand;

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// clodo in the environment of a sandbox, without Node and without Wrangler.
fn clodo(stand: &Stand, root: &Path, args: &[&str]) -> Ended {
    run(command(stand, root).args(args))
}

fn command(stand: &Stand, root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("HOME", root).env("USER", "ana").envs(stand.sandbox.environment());
    command.current_dir(root).stdin(std::process::Stdio::null());
    command
}

fn run(command: &mut Command) -> Ended {
    let output = command.output().expect("clodo runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
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
fn upload(stand: &Stand, worker: &str, status: u16, bindings: &[Value]) -> String {
    let code = format!(
        "export default {{ fetch: (_, env) => new Response('{{\"ok\":true}}', \
         {{ status: {status}, headers: {{ 'x-version': env.META.id }} }}) }};"
    );
    let sandbox = &stand.sandbox;
    let blob = sandbox.store.put_blob(code.into()).expect("a blob");
    let meta = json!({ "type": "version_metadata", "name": "META" });
    let bindings = bindings.iter().chain([&meta]);
    let bindings = bindings.map(|it| serde_json::from_value(it.clone()).expect("a binding"));
    let version = Version {
        id: sandbox.source.uuid(),
        created_on: sandbox.source.now(),
        main_module: Some("index.js".into()),
        modules: vec![Module {
            name: "index.js".into(),
            content_type: "application/javascript+module".into(),
            blob,
            size: 0,
        }],
        bindings: bindings.collect::<Vec<Binding>>(),
        compatibility_date: Some("2026-01-01".into()),
        ..Version::default()
    };
    let id = version.id.clone();
    let change = sandbox.store.change(|state| {
        let of = state.workers.scripts.entry(worker.into()).or_insert_with(|| Script {
            subdomain: Subdomain { enabled: true, previews_enabled: false },
            ..Script::default()
        });
        of.add(version);
        Ok(())
    });
    change.expect("a change");
    id
}

/// Gives a version all requests, as somebody else would. Answers the id of the deployment.
fn deploy(stand: &Stand, worker: &str, version: &str, message: &str) -> String {
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
