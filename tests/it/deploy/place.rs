//! A project, a sandbox to deploy it to, and clodo between them.

use std::process::{Command, Stdio};

use clodo::core::model::deployment::Deployment;
use clodo::core::model::journal::Entry;
use clodo::world::store::{Place as StatePlace, Store};
use serde_json::Value;

use crate::sandbox::Stand;
use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// How clodo ended, and what it said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

/// A project and its account.
pub(super) struct Place {
    pub(super) stand: Stand,
    pub(super) tree: WorkTree,
    toolchain: &'static Toolchain,
}

impl Place {
    pub(super) fn new(toolchain: &'static Toolchain, stand: Stand, tree: WorkTree) -> Self {
        let modules = tree.at("node_modules");
        std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), modules)
            .expect("a link to Wrangler");
        Self { stand, tree, toolchain }
    }

    /// A Worker `api` that says a word.
    pub(super) fn api(toolchain: &'static Toolchain) -> Self {
        let tree = WorkTree::of(&[("wrangler.toml", API), ("index.js", &says("one"))]);
        Self::new(toolchain, Stand::new(), tree)
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
        command
            .args(args)
            .current_dir(self.tree.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.tree.path())
            .env("CLODO_NODE", &self.toolchain.node)
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_WRITE_LOGS", "false")
            .envs(self.stand.sandbox.environment())
            .stdin(Stdio::null());
        command
    }

    pub(super) fn clodo(&self, args: &[&str]) -> Said {
        said(&mut self.command(args))
    }

    /// `clodo deploy`, which must end with a code. Gives what it says as JSON.
    pub(super) fn deploy(&self, args: &[&str], code: i32) -> Value {
        let args = [&["deploy", "-v", "--format", "json"], args].concat();
        let said = self.clodo(&args);
        assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"))
    }

    fn store(&self) -> Store {
        let place = StatePlace::Sqlite(self.tree.at(".clodo/state.db"));
        self.stand.runtime.block_on(Store::open(&place)).expect("a store")
    }

    /// The deployments of the record, the newest first.
    pub(super) fn deployments(&self) -> Vec<Deployment> {
        let store = self.store();
        let all = self.stand.runtime.block_on(store.deployments(&Default::default()));
        all.expect("deployments")
    }

    /// The entries of the record.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let store = self.store();
        let all = self.stand.runtime.block_on(store.entries(&Default::default()));
        all.expect("entries")
    }

    /// The same as `action service step`.
    pub(super) fn events(&self) -> Vec<String> {
        self.entries().iter().map(shown).collect()
    }

    /// Ends all leases at once: the holder was killed long ago.
    pub(super) fn let_leases_run_out(&self) {
        let store = self.store();
        let sql = "UPDATE locks SET expires_ms = 0 WHERE op IS NOT NULL";
        self.stand.runtime.block_on(store.database().run(sql, &[])).expect("expired");
    }

    /// No request of a holder from whom a lock was taken can be under way any more.
    pub(super) fn let_grace_end(&self) {
        let store = self.store();
        let sql = "UPDATE locks SET quiet_ms = 0";
        self.stand.runtime.block_on(store.database().run(sql, &[])).expect("over");
    }

    /// The version that serves all requests of a Worker.
    pub(super) fn serving(&self, worker: &str) -> String {
        let script = self.stand.script(worker);
        let serving: Vec<_> = script.serving().collect();
        assert_eq!(serving.len(), 1, "{worker} is split");
        serving[0].0.id.clone()
    }
}

fn shown(entry: &Entry) -> String {
    let event = &entry.event;
    let step = event.details.get("step").and_then(Value::as_str).unwrap_or_default();
    let service = event.service.as_deref().unwrap_or_default();
    format!("{} {service} {step}", event.action.as_str())
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn said(command: &mut Command) -> Said {
    let output = command.output().expect("clodo starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A Worker without addresses of its own.
pub(super) const API: &str = r#"name = "api"
main = "index.js"
compatibility_date = "2026-01-01"
workers_dev = false
preview_urls = false
"#;

/// Code that says a word.
pub(super) fn says(word: &str) -> String {
    format!("export default {{ fetch() {{ return new Response('{word}') }} }};\n")
}
