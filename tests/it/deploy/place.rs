//! A project, a sandbox to deploy it to, and clodo between them.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use clodo::core::model::deployment::Deployment;
use clodo::core::model::journal::Entry;
use clodo::server::sandbox::state::workers::Deployment as ScriptDeployment;
use clodo::world::store::{Place as StatePlace, Store};
use serde_json::Value;

use crate::git::git;
use crate::sandbox::Stand;
use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// Long enough for a loaded machine.
pub(super) const LONG: Duration = Duration::from_secs(120);

/// How clodo ended, and what it said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A project and its account.
pub(crate) struct Place {
    pub(crate) stand: Stand,
    pub(crate) tree: WorkTree,
    toolchain: &'static Toolchain,
}

impl Place {
    pub(crate) fn new(toolchain: &'static Toolchain, stand: Stand, tree: WorkTree) -> Self {
        let modules = tree.at("node_modules");
        std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), modules)
            .expect("a link to Wrangler");
        Self { stand, tree, toolchain }
    }

    /// A Worker `api` that says a word.
    pub(crate) fn api(toolchain: &'static Toolchain) -> Self {
        let tree = WorkTree::of(&[("wrangler.toml", API), ("index.js", &says("one"))]);
        Self::new(toolchain, Stand::new(), tree)
    }

    /// A Worker `api`, and `web` that is bound to it.
    pub(super) fn two(toolchain: &'static Toolchain) -> Self {
        let tree = WorkTree::of(&[
            ("api/wrangler.toml", API),
            ("api/index.js", &says("api")),
            ("web/wrangler.toml", WEB),
            ("web/index.js", &says("web")),
        ]);
        Self::new(toolchain, Stand::new(), tree)
    }

    /// A Worker `api` that runs, answers as told by [`answers`], and is checked. The settings are
    /// those of its environment.
    pub(super) fn checked(toolchain: &'static Toolchain, stand: Stand, settings: &str) -> Self {
        let check = "{ url: /healthz, version: { header: x-version }, retries: 0 }";
        let settings = format!("environments: {{ '': {{ {settings}, verify: [{check}] }} }}\n");
        let files = [
            ("wrangler.toml", ANSWERING),
            ("index.js", &answers(200, "one")),
            ("clodo.yml", &settings),
        ];
        Self::new(toolchain, stand, WorkTree::of(&files))
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_clodo"));
        command.args(args);
        command
    }

    /// A command line in a terminal of its own, made by util-linux's `script`.
    pub(super) fn in_terminal(&self, line: &str) -> Command {
        let mut command = self.program("script");
        command.args(["--quiet", "--return", "--command", line, "/dev/null"]);
        command
    }

    fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.tree.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.tree.path())
            .env("CLODO_NODE", &self.toolchain.node)
            // Wrangler is one large file: what Node made of it before is used again.
            .env("NODE_COMPILE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/node"))
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_WRITE_LOGS", "false")
            .envs(self.stand.sandbox.environment())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn clodo(&self, args: &[&str]) -> Said {
        said(&mut self.command(args))
    }

    /// `clodo deploy`, which must end with a code. Gives what it says as JSON.
    pub(crate) fn deploy(&self, args: &[&str], code: i32) -> Value {
        let args = [&["deploy", "-v", "--format", "json"], args].concat();
        let said = self.clodo(&args);
        assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"))
    }

    /// A deployment that is killed where it passes a place for the how manyth time, long ago.
    pub(super) fn killed(&self, args: &[&str], point: &str, pass: usize) {
        let mut command = self.command(&[&["deploy"], args].concat());
        command.env("CLODO_FAIL_POINT", point).env("CLODO_FAIL_POINT_PASS", pass.to_string());
        let killed = command.status().expect("clodo starts");
        assert_eq!(killed.signal(), Some(9), "{point} {pass}");
        self.let_leases_run_out();
    }

    /// Commits everything, into a repository that is made where there is none.
    pub(super) fn commit(&self) {
        let folder = self.tree.path();
        if !self.tree.at(".git").exists() {
            self.tree.write(".gitignore", "node_modules\n.clodo\n.wrangler\n.config\n.cache\n");
            git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
        }
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "--allow-empty", "--message", "a test"]);
    }

    /// The versions to which the deployments of a Worker gave shares, by their age, with the shares.
    pub(super) fn shared(&self, worker: &str) -> Vec<Vec<(usize, f64)>> {
        let script = self.stand.script(worker);
        let number =
            |id: &str| script.versions.iter().position(|one| one.id == id).expect("a version");
        let shares = |deployment: &ScriptDeployment| {
            let versions = deployment.versions.iter();
            versions.map(|share| (number(&share.version_id), share.percentage)).collect()
        };
        script.deployments.iter().map(shares).collect()
    }

    pub(super) fn store(&self) -> Store {
        let place = StatePlace::Sqlite(self.tree.at(".clodo/state.db"));
        self.stand.runtime.block_on(Store::open(&place)).expect("a store")
    }

    /// The deployments of the record, the newest first.
    pub(crate) fn deployments(&self) -> Vec<Deployment> {
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
    pub(crate) fn events(&self) -> Vec<String> {
        self.entries().iter().map(shown).collect()
    }

    /// Ends all leases at once: the holder was killed long ago.
    pub(crate) fn let_leases_run_out(&self) {
        let store = self.store();
        let sql = "UPDATE locks SET expires_ms = 0 WHERE op IS NOT NULL";
        self.stand.runtime.block_on(store.database().run(sql, &[])).expect("expired");
    }

    /// Waits until the record has an event for the how manyth time.
    pub(super) fn wait_for(&self, event: &str, times: usize) {
        while self.events().iter().filter(|one| *one == event).count() < times {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Starts a deployment whose checks last until [`Self::let_checks_end`], and waits until it is in
    /// them. The settings are further ones of its environment.
    pub(super) fn deploy_into_checks(&self, settings: &str) -> Child {
        let check = "{ command: [sh, -c, 'touch reached; while test -e closed; do sleep 0.05; done'], \
                     timeout: 5m, deadline: 5m }";
        let yml = format!("environments: {{ '': {{ {settings}verify: [{check}] }} }}\n");
        self.tree.write("clodo.yml", yml);
        self.tree.write("closed", "");
        let mut command = self.command(&["deploy"]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("it starts");
        let began = Instant::now();
        while !self.tree.at("reached").exists() {
            assert!(began.elapsed() < LONG, "the checks are not reached");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    pub(super) fn let_checks_end(&self) {
        std::fs::remove_file(self.tree.at("closed")).expect("they last");
    }

    /// Lets a Worker say something else, as somebody else would: with Wrangler alone.
    pub(super) fn meanwhile(&self, worker: &str) {
        let config = API.replace("\"api\"", &format!("{worker:?}"));
        let theirs =
            WorkTree::of(&[("wrangler.toml", &config), ("index.js", &says("somebody else"))]);
        self.stand.wrangler(self.toolchain, &theirs.path(), &["deploy"]);
    }

    /// No request of a holder from whom a lock was taken can be under way any more.
    pub(super) fn let_grace_end(&self) {
        let store = self.store();
        let sql = "UPDATE locks SET quiet_ms = 0";
        self.stand.runtime.block_on(store.database().run(sql, &[])).expect("over");
    }

    /// The version that serves all requests of a Worker.
    pub(crate) fn serving(&self, worker: &str) -> String {
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

pub(crate) fn said(command: &mut Command) -> Said {
    ended(command.output().expect("clodo starts"))
}

pub(super) fn ended(output: Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A Worker without addresses of its own.
pub(crate) const API: &str = r#"name = "api"
main = "index.js"
compatibility_date = "2026-01-01"
workers_dev = false
preview_urls = false
"#;

/// A Worker that is bound to it.
pub(super) const WEB: &str = r#"name = "web"
main = "index.js"
compatibility_date = "2026-01-01"
workers_dev = false
preview_urls = false
services = [{ binding = "API", service = "api" }]
"#;

/// The id of a database.
pub(super) const DATABASE: &str = "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351";

/// Code that says a word.
pub(crate) fn says(word: &str) -> String {
    format!("export default {{ fetch() {{ return new Response('{word}') }} }};\n")
}

/// The same on workers.dev, with the metadata of its version.
const ANSWERING: &str = r#"name = "api"
main = "index.js"
compatibility_date = "2026-01-01"
workers_dev = true
preview_urls = false
version_metadata = { binding = "META" }
"#;

/// Code that answers with a status and a word, and says which version it is.
pub(super) fn answers(status: u16, word: &str) -> String {
    format!(
        "export default {{ fetch: (_, env) => new Response('{word}', {{ status: {status}, headers: \
         {{ 'x-version': env.META.id }} }}) }};\n"
    )
}
