//! A repository on the sandbox's GitHub, its account, and the jobs that run for it.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};

use crate::git::git;
use crate::sandbox::Stand;
use crate::sandbox::running::running_seeded;
use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// The repository.
const REPOSITORY: &str = "acme/shop";

/// The token of the jobs, and those of people: Ana, who made the change, and Bo. `SETTINGS` is the
/// `clodo.yml` of the default branch.
pub(crate) const SEED: &str = "
github:
  people: [{ login: ana, id: 11, token: ghp_ana }, { login: bo, id: 12, token: ghp_bo }]
  tokens: [{ value: ghs_job }]
  repositories:
    - name: acme/shop
      collaborators: { ana: write, bo: write }
      commits:
        - { author: ana, contents: { clodo.yml: SETTINGS } }
        - { branch: feature, author: ana, files: { index.js: modified } }
      pulls: [{ number: 7, author: ana, head: feature }]
      environments: { staging: {}, production: {} }
      runs: [{ id: 1187, branch: main, actor: ana }]
";

/// A Worker that has an address of its own in staging, and data nowhere.
pub(crate) const SHOP: &str = r#"name = "shop"
main = "index.js"
compatibility_date = "2026-01-01"
workers_dev = true
preview_urls = true

[env.staging]

[env.production]
"#;

/// A `clodo.yml` that asks for nobody.
pub(crate) const OPEN: &str = "version: 1
environments:
  staging: { wrangler-env: staging }
  production: { wrangler-env: production }
";

/// A `clodo.yml` that asks Bo before production.
pub(crate) const GATED: &str = "version: 1
environments:
  staging: { wrangler-env: staging }
  production:
    wrangler-env: production
    gate: { approvals: [{ any-of: ['user:bo'] }] }
";

pub(crate) fn says(word: &str) -> String {
    format!("export default {{ fetch() {{ return new Response('{word}') }} }};\n")
}

/// A project and where it lives.
pub(crate) struct Place {
    pub(crate) stand: Stand,
    pub(crate) tree: WorkTree,
    toolchain: &'static Toolchain,
}

/// What a job is for.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    event: &'static str,
    payload: Value,
    variables: BTreeMap<String, String>,
}

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    /// What the page of the run shows.
    pub(crate) summary: String,
    outputs: BTreeMap<String, String>,
}

impl Step {
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).unwrap_or_else(|| panic!("no output {name}: {self:#?}"))
    }

    /// The step, which must have ended with a code.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// What became of the environments: `staging deployed`.
    pub(crate) fn deliveries(&self) -> Vec<String> {
        let result: Value = serde_json::from_str(self.output("result")).expect("JSON");
        let all = result["deliveries"].as_array().expect("a list").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        all.map(|one| format!("{} {}", text(&one["environment"]), text(&one["state"]))).collect()
    }
}

impl Place {
    pub(crate) fn new(toolchain: &'static Toolchain) -> Self {
        Self::with(toolchain, OPEN, SEED)
    }

    /// The same with a `clodo.yml` that asks Bo.
    pub(crate) fn gated(toolchain: &'static Toolchain) -> Self {
        Self::committed(toolchain, GATED, SEED)
    }

    /// The same with another `clodo.yml`, in a repository of git.
    pub(crate) fn committed(toolchain: &'static Toolchain, settings: &str, seed: &str) -> Self {
        let place = Self::with(toolchain, settings, seed);
        place.tree.write(".gitignore", "node_modules\n.clodo\n.wrangler\n");
        git(&place.tree.path(), &["init", "--quiet", "--initial-branch=main"]);
        place.commit("Begin");
        place
    }

    /// Commits what lies in the work tree.
    pub(crate) fn commit(&self, message: &str) {
        let folder = self.tree.path();
        git(&folder, &["add", "."]);
        git(&folder, &["commit", "--quiet", "--message", message]);
    }

    fn with(toolchain: &'static Toolchain, settings: &str, seed: &str) -> Self {
        let tree = WorkTree::of(&[
            ("wrangler.toml", SHOP),
            ("index.js", &says("one")),
            ("clodo.yml", settings),
        ]);
        let modules = tree.at("node_modules");
        std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), modules)
            .expect("a link to Wrangler");
        let seed = seed.replace("SETTINGS", &json!(settings).to_string());
        let stand = running_seeded(&seed).expect("Wrangler was found before");
        Self { stand, tree, toolchain }
    }

    /// Asks the forge as somebody.
    pub(crate) fn forge(&self, token: &str, method: Method, path: &str, body: Value) -> Value {
        let origin = self.stand.sandbox.api_url.trim_end_matches("/client/v4");
        let address = format!("{origin}/github/repos/{REPOSITORY}{path}");
        let request = self.stand.client.request(method.clone(), address).bearer_auth(token);
        let request = if body.is_null() { request } else { request.json(&body) };
        self.stand.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status();
            let answer: Value = response.json().await.unwrap_or_default();
            assert!(status.is_success(), "{method} {path}: {status} {answer}");
            answer
        })
    }

    /// The head of a branch.
    pub(crate) fn head(&self, branch: &str) -> String {
        let state = self.stand.sandbox.state();
        state.github.repositories[REPOSITORY].git.branches[branch].clone()
    }

    /// Somebody comments on the pull request.
    pub(crate) fn says(&self, token: &str, text: &str) {
        self.forge(token, Method::POST, "/issues/7/comments", json!({ "body": text }));
    }

    /// The pull request is merged.
    pub(crate) fn merge(&self) {
        self.merge_by("ghp_ana");
    }

    /// The same by somebody else.
    pub(crate) fn merge_by(&self, token: &str) {
        let squash = json!({ "merge_method": "squash" });
        self.forge(token, Method::PUT, "/pulls/7/merge", squash);
    }

    /// The comments of the jobs on the pull request.
    pub(crate) fn comments(&self) -> Vec<String> {
        let all = self.forge("ghp_ana", Method::GET, "/issues/7/comments", Value::Null);
        let ours = all.as_array().expect("a list").iter();
        let ours = ours.filter(|one| one["user"]["login"] == "github-actions[bot]");
        ours.map(|one| one["body"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The one comment that there is.
    pub(crate) fn comment(&self) -> String {
        let mut comments = self.comments();
        assert_eq!(comments.len(), 1, "{comments:#?}");
        comments.remove(0)
    }

    fn repository(&self) -> Value {
        json!({ "id": 1, "full_name": REPOSITORY, "default_branch": "main" })
    }

    /// A job for the pull request.
    pub(crate) fn on_pull_request(&self) -> Job {
        let repository = self.repository();
        let side =
            |branch: &str| json!({ "ref": branch, "sha": self.head(branch), "repo": repository });
        let payload = json!({
            "action": "synchronize",
            "pull_request": { "number": 7, "head": side("feature"), "base": side("main") },
            "repository": repository,
        });
        let merge = "badc0de000000000000000000000000000000000".to_owned();
        self.job("pull_request", payload, "refs/pull/7/merge", merge)
    }

    /// A job for a push to the default branch.
    pub(crate) fn on_push(&self) -> Job {
        let payload = json!({ "repository": self.repository() });
        self.job("push", payload, "refs/heads/main", self.head("main"))
    }

    /// A job for a comment on the pull request. In the work tree lies the head of the default branch.
    pub(crate) fn on_comment(&self) -> Job {
        let payload = json!({
            "action": "created",
            "issue": { "number": 7, "pull_request": {} },
            "repository": self.repository(),
        });
        let head = self.head("main");
        let job = self.job("issue_comment", payload, "refs/heads/main", head.clone());
        job.with("CLODO_CHECKOUT_SHA", &head)
    }

    fn job(&self, event: &'static str, payload: Value, name: &str, sha: String) -> Job {
        let job = Job { event, payload, variables: BTreeMap::new() };
        job.with("GITHUB_REF", name).with("GITHUB_SHA", &sha)
    }

    /// `clodo ci` as a step of a job.
    pub(crate) fn ci(&self, job: &Job, args: &[&str]) -> Step {
        self.step(job, &[&["ci", "-v"], args].concat())
    }

    /// clodo as a step of a job.
    pub(crate) fn step(&self, job: &Job, args: &[&str]) -> Step {
        // What the runner itself needs lies beside the project.
        let runner = tempfile::tempdir().expect("a folder");
        let at = |name: &str| runner.path().join(name);
        fs::write(at("event.json"), job.payload.to_string()).expect("a file");
        for name in ["output", "summary"] {
            fs::write(at(name), "").expect("a file");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_clodo"))
            .args(args)
            .current_dir(self.tree.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", runner.path())
            .env("CLODO_NODE", &self.toolchain.node)
            .env("WRANGLER_WRITE_LOGS", "false")
            .envs(self.stand.sandbox.environment())
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_ACTOR", "ana")
            .env("GITHUB_EVENT_NAME", job.event)
            .env("GITHUB_EVENT_PATH", at("event.json"))
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_REPOSITORY", REPOSITORY)
            .env("GITHUB_RUN_ATTEMPT", "1")
            .env("GITHUB_RUN_ID", "1187")
            .env("GITHUB_STEP_SUMMARY", at("summary"))
            .env("GITHUB_WORKSPACE", self.tree.path())
            .envs(&job.variables)
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Step {
            code: output.status.code().expect("no signal"),
            out: text(output.stdout),
            err: text(output.stderr),
            summary: fs::read_to_string(at("summary")).expect("a file"),
            outputs: outputs(&fs::read_to_string(at("output")).expect("a file")),
        }
    }
}

impl Job {
    /// The same for a pull request from a fork.
    pub(crate) fn of_a_fork(&mut self) {
        self.payload["pull_request"]["head"]["repo"]["id"] = json!(2);
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// Outputs as the runner reads them.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.lines();
    let mut outputs = BTreeMap::new();
    while let Some((name, delimiter)) = lines.next().and_then(|line| line.split_once("<<")) {
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}
