//! A project whose production asks for people, on a GitHub and in an account.

use std::process::Command;

use clodo::core::model::journal::{Action, Entry, Event};
use clodo::server::sandbox::faults::{Fault, What};
use reqwest::Method;
use serde_json::{Value, json};

use super::record;
use crate::deploy::place::{API, Place, Said, said, says};
use crate::git::git;
use crate::sandbox::Stand;
use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// People, of whom Ana wrote pull request 42, Cy merges it, and Bo and Di know nothing of it. Two more
/// are Ana's and Di's.
pub(crate) const FORGE: &str = "
github:
  people:
    - { login: ana, id: 11, token: ghp_ana }
    - { login: bo, id: 12, token: ghp_bo, emails: [bo@home.example], signing-keys: [KEY] }
    - { login: cy, id: 13, token: ghp_cy }
    - { login: di, id: 14, token: ghp_di }
    - { login: eve, id: 15, token: ghp_eve }
    - { login: 'helper[bot]', id: 16, token: ghp_helper, bot: true }
  teams: { acme/sre: [bo, di] }
  tokens: [{ value: ghp_robot, login: robot }]
  repositories:
    - name: acme/shop
      collaborators: { ana: write, bo: write, cy: maintain, di: write, robot: admin }
      commits:
        - { message: Begin, author: cy, files: { wrangler.toml: added } }
        - { branch: feature, message: Say another word, author: ana, files: { index.js: added } }
        - { branch: second, author: ana, files: { more.js: added } }
        - { branch: third, author: di, files: { rest.js: added } }
      pulls:
        - { number: 42, author: ana, head: feature }
        - { number: 43, author: ana, head: second }
        - { number: 44, author: di, head: third }
      environments:
        production: { reviewers: [{ user: bo }, { user: di }] }
";

/// A key of SSH; gives its public half.
fn make_key(tree: &WorkTree) -> String {
    let path = tree.at(".key");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(&path);
    let output = command.output().expect("ssh-keygen starts");
    assert!(output.status.success(), "{output:?}");
    let line = std::fs::read_to_string(path.with_extension("pub")).expect("a key");
    line.trim().to_owned()
}

/// A gate that asks Bo.
pub(crate) const BO: &str = "
    gate:
      approvals: [{ any-of: [user:bo], count: 1 }]
";

/// A project, its account, its forge, and a run of its pipeline.
pub(crate) struct Scene {
    pub(crate) place: Place,
    /// The commit of the run.
    pub(crate) sha: String,
    /// The number of the run.
    pub(crate) run: u64,
    /// How often it was started.
    attempt: u32,
}

impl Scene {
    /// Pull request 42 was merged by Cy, and the pipeline of the default branch runs.
    pub(crate) fn merged(toolchain: &'static Toolchain, gate: &str) -> Self {
        let mut scene = Self::opened(toolchain, gate);
        scene.merge();
        scene
    }

    /// Pull request 42 is open.
    pub(crate) fn opened(toolchain: &'static Toolchain, gate: &str) -> Self {
        Self::on(toolchain, gate, FORGE)
    }

    /// The same on another GitHub.
    pub(crate) fn on(toolchain: &'static Toolchain, gate: &str, forge: &str) -> Self {
        let settings = format!("environments:\n  production:\n    wrangler-env: ''{gate}");
        let tree = WorkTree::of(&[
            ("wrangler.toml", API),
            ("index.js", &says("one")),
            ("clodo.yml", &settings),
            (".gitignore", "node_modules\n.clodo\n.wrangler\n.key*\n"),
        ]);
        let key = make_key(&tree);
        let stand = Stand::seeded(&forge.replace("KEY", &key));
        let scene = Self::of(Place::new(toolchain, stand, tree));
        scene.git(&["init", "--quiet", "--initial-branch=main"]);
        scene.commit();
        scene
    }

    /// A project whose forge is there, and for which nothing runs yet.
    pub(super) fn of(place: Place) -> Self {
        Self { place, sha: String::new(), run: 0, attempt: 1 }
    }

    /// Commits what lies in the work tree.
    pub(crate) fn commit(&self) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "--message=Change"]);
    }

    pub(crate) fn git(&self, args: &[&str]) {
        let cy = ["-c", "user.name=cy", "-c", "user.email=cy@example.com"];
        git(&self.place.tree.path(), &[&cy, args].concat());
    }

    /// Cy merges the pull request, which starts a run.
    pub(crate) fn merge(&mut self) {
        self.merge_one(42);
    }

    /// The same with another one.
    pub(crate) fn merge_one(&mut self, number: u64) {
        let body = json!({ "merge_method": "squash" });
        let merged = self.ask("cy", Method::PUT, &format!("/pulls/{number}/merge"), &body);
        self.sha = merged["sha"].as_str().expect("a commit").to_owned();
        self.start_run("main", "cy");
    }

    /// A run of the pipeline begins.
    pub(crate) fn start_run(&mut self, branch: &str, actor: &str) {
        self.start(&json!({ "repository": "acme/shop", "branch": branch, "actor": actor }));
    }

    /// Another run of the default branch begins, of which a job waits for production.
    pub(super) fn run_that_waits(&mut self) {
        self.start(&json!({
            "repository": "acme/shop", "branch": "main", "actor": "cy", "waiting": ["production"],
        }));
    }

    fn start(&mut self, start: &Value) {
        self.attempt = 1;
        let (status, run) = self.place.stand.control("/sandbox/github/runs", start);
        assert_eq!(status, 201, "{run}");
        self.run = run["id"].as_u64().expect("a number");
    }

    /// Somebody starts the run again.
    pub(super) fn start_again(&mut self, who: &str) {
        let path = format!("/actions/runs/{}/rerun", self.run);
        self.ask(who, Method::POST, &path, &Value::Null);
        self.attempt += 1;
    }

    /// Somebody lets the run go on, which waits for production.
    pub(super) fn let_go_on(&self, who: &str) {
        let environment = self.ask(who, Method::GET, "/environments/production", &Value::Null);
        let path = format!("/actions/runs/{}/pending_deployments", self.run);
        let ids = json!([environment["id"]]);
        let answer = json!({ "environment_ids": ids, "state": "approved", "comment": "Go on." });
        self.ask(who, Method::POST, &path, &answer);
    }

    /// Asks GitHub, as somebody, below the repository.
    pub(crate) fn ask(&self, who: &str, method: Method, path: &str, body: &Value) -> Value {
        self.ask_at(who, method, &format!("/repos/acme/shop{path}"), body)
    }

    /// Asks GitHub, as somebody.
    pub(crate) fn ask_at(&self, who: &str, method: Method, path: &str, body: &Value) -> Value {
        let stand = &self.place.stand;
        let origin = stand.sandbox.api_url.trim_end_matches("/client/v4").to_owned();
        let url = format!("{origin}/github{path}");
        let request = stand.client.request(method, url).bearer_auth(format!("ghp_{who}"));
        let request = if body.is_null() { request } else { request.json(body) };
        stand.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status();
            let answer: Value = response.json().await.unwrap_or_default();
            assert!(status.is_success(), "{status} {answer}");
            answer
        })
    }

    /// Somebody comments on the pull request. Gives the number of the comment.
    pub(crate) fn comment(&self, who: &str, text: &str) -> u64 {
        self.comment_on(42, who, text)
    }

    /// The same on another one.
    pub(crate) fn comment_on(&self, number: u64, who: &str, text: &str) -> u64 {
        let path = format!("/issues/{number}/comments");
        let made = self.ask(who, Method::POST, &path, &json!({ "body": text }));
        made["id"].as_u64().expect("a number")
    }

    /// Somebody approves the plan that people were asked about last.
    pub(crate) fn approve(&self, who: &str) {
        self.comment(who, &format!("/clodo approve production {}", self.asked()));
    }

    /// What is said of an approval that does not count.
    pub(crate) fn void(said: &Said, who: &str) -> String {
        let void = |line: &&str| line.contains(&format!("approval of {who} ("));
        said.err.lines().find(void).unwrap_or_else(|| panic!("{who}: {said:?}")).to_owned()
    }

    /// clodo in the run of the pipeline.
    pub(crate) fn clodo(&self, args: &[&str]) -> Said {
        said(&mut self.command(args))
    }

    /// The same, not started yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.place.command(args);
        command
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", "push")
            .env("GITHUB_REF", "refs/heads/main")
            .env("GITHUB_REF_NAME", "main")
            .env("GITHUB_REF_TYPE", "branch")
            .env("GITHUB_REPOSITORY", "acme/shop")
            .env("GITHUB_RUN_ATTEMPT", self.attempt.to_string())
            .env("GITHUB_RUN_ID", self.run.to_string())
            .env("GITHUB_SERVER_URL", "https://github.com")
            .env("GITHUB_SHA", &self.sha)
            .env("GITHUB_ACTOR", "cy")
            .env("GITHUB_WORKSPACE", self.place.tree.path());
        command
    }

    /// `clodo deploy -e production`, which must end with a code.
    pub(crate) fn deploy(&self, args: &[&str], code: i32) -> Said {
        let said = self.clodo(&[&["deploy", "-e", "production"], args].concat());
        assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
        said
    }

    /// What the gate decided, the oldest first.
    pub(crate) fn decided(&self) -> Vec<Value> {
        record::decided(&self.place)
    }

    /// Somebody reviews the head of the pull request.
    pub(crate) fn review(&self, who: &str, event: &str) {
        self.ask(who, Method::POST, "/pulls/42/reviews", &json!({ "event": event, "body": "So." }));
    }

    /// The newest status of production at the commit of the run: its state and its words.
    pub(crate) fn status(&self) -> (String, String) {
        let path = format!("/commits/{}/statuses", self.sha);
        let statuses = self.ask("bo", Method::GET, &path, &Value::Null);
        let of = |one: &&Value| one["context"] == "clodo/production";
        let newest = statuses.as_array().and_then(|all| all.iter().find(of)).expect("a status");
        let text = |key: &str| newest[key].as_str().unwrap_or_default().to_owned();
        (text("state"), text("description"))
    }

    /// clodo on the machine of somebody.
    pub(crate) fn at_desk(&self, who: &str, args: &[&str]) -> Said {
        let origin = self.place.stand.sandbox.api_url.trim_end_matches("/client/v4");
        let mut command = self.place.command(args);
        command
            .env("CLODO_API_URL", format!("{origin}/github"))
            .env("CLODO_FORGE", "github")
            .env("CLODO_REPO", "acme/shop")
            .env("GITHUB_TOKEN", format!("ghp_{who}"));
        said(&mut command)
    }

    /// The key by which Bo signs.
    pub(crate) fn key_of_bo(&self) -> String {
        self.place.tree.at(".key").display().to_string()
    }

    /// From now on GitHub does this where such a path is asked for.
    pub(crate) fn fail(&self, path: &str, what: What) {
        let path = Some(format!("*/github*{path}"));
        self.place.stand.sandbox.faults.add(Fault { path, ..Fault::always(what) });
    }

    /// GitHub answers again.
    pub(crate) fn heal(&self) {
        self.place.stand.sandbox.faults.clear();
    }

    /// The record is a day older from now on.
    pub(super) fn let_a_day_pass(&self) {
        let file = rusqlite::Connection::open(self.place.tree.at(".clodo/state.db"));
        let sql = "DROP TRIGGER journal_is_not_rewritten;
                   UPDATE journal SET body = json_set(body, '$.at',
                     strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(body, '$.at'), '-25 hours'));";
        file.expect("the record").execute_batch(sql).expect("older");
    }

    /// What the journal says of an action.
    pub(crate) fn entries(&self, action: Action) -> Vec<Entry> {
        record::entries(&self.place, action)
    }

    /// Writes an event into the journal, as whoever may write it can.
    pub(crate) fn append(&self, event: &Event) {
        record::append(&self.place, event);
    }

    /// The hash of the plan that people were asked about last.
    pub(crate) fn asked(&self) -> String {
        record::asked(&self.place)
    }
}
