//! A project whose production asks for people, on a GitLab and in an account.

use std::process::Command;

use clodo::server::sandbox::faults::{Fault, What};
use reqwest::Method;
use serde_json::{Value, json};

use super::super::record;
use crate::deploy::place::{API, Place, Said, said, says};
use crate::sandbox::Stand;
use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// People, of whom Ana wrote merge request 42, Ed committed it, Cy merges it, and Bo and Di know
/// nothing of it. `SETTINGS` is the `clodo.yml` of the default branch.
const FORGE: &str = "
gitlab:
  people:
    - { username: ana, id: 7001, token: glpat-ana }
    - { username: bo, id: 7002, token: glpat-bo }
    - { username: cy, id: 7003, token: glpat-cy }
    - { username: di, id: 7004, token: glpat-di }
    - { username: ed, id: 7005, token: glpat-ed }
    - { username: project_1_bot, id: 7009, bot: true }
  groups: { group/sre: { bo: developer, di: developer } }
  tokens: [{ value: glpat-bot, username: project_1_bot }]
  projects:
    - path: group/shop
      private: true
      members: { ana: developer, bo: developer, cy: maintainer, di: developer, ed: developer, project_1_bot: maintainer }
      commits:
        - { author: cy, contents: { clodo.yml: SETTINGS } }
        - { branch: feature, author: ana, committer: ed, contents: { index.js: one } }
      merge-requests: [{ iid: 42, author: ana, source: feature }]
      environments:
        production: { deployers: [{ level: developer }], approvals: [{ of: { group: group/sre }, required: 1 }] }
";

/// The project.
const PROJECT: &str = "group/shop";

/// A project, its account, its GitLab, and a pipeline.
pub(super) struct Scene {
    pub(super) place: Place,
    /// The commit of the pipeline.
    sha: String,
    /// The number of the pipeline.
    pipeline: u64,
    /// Whether it is one of the merge request.
    is_open: bool,
}

impl Scene {
    /// Merge request 42 was merged by Cy, and the pipeline of the default branch runs.
    pub(super) fn merged(toolchain: &'static Toolchain, gate: &str) -> Self {
        let mut scene = Self::opened(toolchain, gate);
        scene.merge();
        scene
    }

    /// Merge request 42 is open, and its pipeline runs.
    pub(super) fn opened(toolchain: &'static Toolchain, gate: &str) -> Self {
        let settings = format!("environments:\n  production:\n    wrangler-env: ''{gate}");
        let tree = WorkTree::of(&[
            ("wrangler.toml", API),
            ("index.js", &says("one")),
            ("clodo.yml", &settings),
        ]);
        let seed = FORGE.replace("SETTINGS", &json!(settings).to_string());
        let place = Place::new(toolchain, Stand::seeded(&seed), tree);
        let mut scene = Self { place, sha: String::new(), pipeline: 0, is_open: true };
        scene.start("feature", "ana");
        scene
    }

    /// Cy merges the merge request, which starts a pipeline.
    pub(super) fn merge(&mut self) {
        self.act("cy", Method::PUT, "/merge_requests/42/merge", &json!({}));
        self.is_open = false;
        self.start("main", "cy");
    }

    /// A pipeline begins, whose last job somebody has to start.
    fn start(&mut self, branch: &str, user: &str) {
        let start = json!({
            "project": PROJECT, "branch": branch, "user": user, "deploys": ["production"],
        });
        let (status, pipeline) = self.place.stand.control("/sandbox/gitlab/pipelines", &start);
        assert_eq!(status, 201, "{pipeline}");
        self.pipeline = pipeline["id"].as_u64().expect("a number");
        let state = self.place.stand.sandbox.state();
        self.sha = state.gitlab.projects[PROJECT].git.branches[branch].clone();
    }

    /// Asks GitLab, as somebody, below the project.
    pub(super) fn act(&self, who: &str, method: Method, path: &str, body: &Value) -> Value {
        let stand = &self.place.stand;
        let origin = stand.sandbox.api_url.trim_end_matches("/client/v4");
        let url = format!("{origin}/gitlab/api/v4/projects/group%2Fshop{path}");
        let request = stand.client.request(method, url).bearer_auth(format!("glpat-{who}"));
        let request = if body.is_null() { request } else { request.json(body) };
        stand.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status();
            let answer: Value = response.json().await.unwrap_or_default();
            assert!(status.is_success(), "{path}: {status} {answer}");
            answer
        })
    }

    /// Somebody comments on the merge request.
    pub(super) fn comment(&self, who: &str, text: &str) {
        self.act(who, Method::POST, "/merge_requests/42/notes", &json!({ "body": text }));
    }

    /// Somebody approves the merge request.
    pub(super) fn review(&self, who: &str) {
        self.act(who, Method::POST, "/merge_requests/42/approve", &json!({}));
    }

    /// Somebody lets the deployment of the pipeline begin, which waits for that.
    pub(super) fn approve_deployment(&self, who: &str) {
        let state = self.place.stand.sandbox.state();
        let deployment = state.gitlab.projects[PROJECT].deployments.last().expect("a deployment");
        let path = format!("/deployments/{}/approval", deployment.id);
        self.act(who, Method::POST, &path, &json!({ "status": "approved" }));
    }

    /// Somebody starts the job of the pipeline that deploys.
    pub(super) fn play(&self, who: &str) {
        let state = self.place.stand.sandbox.state();
        let pipeline = state.gitlab.projects[PROJECT].pipelines.last().expect("a pipeline");
        let path = format!("/jobs/{}/play", pipeline.jobs[0].id);
        self.act(who, Method::POST, &path, &json!({}));
    }

    /// The comments of clodo on the merge request.
    pub(super) fn told(&self) -> Vec<String> {
        let notes = self.act("ana", Method::GET, "/merge_requests/42/notes", &Value::Null);
        let ours = notes.as_array().expect("a list").iter();
        let ours = ours.filter(|one| one["author"]["username"] == "project_1_bot");
        ours.map(|one| one["body"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// clodo in a job of the pipeline, which must end with a code.
    pub(super) fn clodo(&self, args: &[&str], code: i32) -> Said {
        let said = said(&mut self.command(args));
        assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
        said
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.place.command(args);
        command
            .env("CI", "true")
            .env("GITLAB_CI", "true")
            .env("CI_DEFAULT_BRANCH", "main")
            .env("CI_PIPELINE_ID", self.pipeline.to_string())
            .env("CI_PROJECT_DIR", self.place.tree.path())
            .env("CI_PROJECT_PATH", PROJECT)
            .env("CI_COMMIT_SHA", &self.sha)
            // The files of the job are those of the commit, whatever Git says here.
            .env("CLODO_CHECKOUT_SHA", &self.sha)
            .env("GITLAB_USER_LOGIN", "cy");
        match self.is_open {
            false => command.env("CI_PIPELINE_SOURCE", "push").env("CI_COMMIT_BRANCH", "main"),
            true => command
                .env("CI_PIPELINE_SOURCE", "merge_request_event")
                .env("CI_MERGE_REQUEST_IID", "42")
                .env("CI_MERGE_REQUEST_PROJECT_ID", "1")
                .env("CI_MERGE_REQUEST_PROJECT_PATH", PROJECT)
                .env("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "feature")
                .env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "1")
                .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        };
        command
    }

    /// `clodo deploy -e production`, which must end with a code.
    pub(super) fn deploy(&self, code: i32) -> Said {
        self.clodo(&["deploy", "-e", "production"], code)
    }

    /// `clodo gate -e production`, which must end with a code. Gives what it says as JSON.
    pub(super) fn gate(&self, code: i32) -> Value {
        let said = self.clodo(&["gate", "-e", "production", "--format", "json"], code);
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"))
    }

    /// The line that approves the plan that people were asked about last.
    pub(super) fn line(&self) -> String {
        format!("/clodo approve production {}", record::asked(&self.place))
    }

    /// Whose approvals let the last deployment through, and where each was given.
    pub(super) fn counted(&self) -> Vec<String> {
        let decided = record::decided(&self.place);
        let last = decided.last().expect("a decision");
        let counted = last["approvals"].as_array().expect("a list").iter();
        let text = |one: &Value| one.as_str().unwrap_or_default().to_owned();
        let mut counted: Vec<String> =
            counted.map(|one| text(&one["login"]) + " " + &text(&one["method"])).collect();
        counted.sort();
        counted
    }

    /// From now on GitLab refuses what is asked for at such a path.
    pub(super) fn fail(&self, path: &str) {
        let what = What::Error { status: 403, code: 10000 };
        let path = Some(format!("*/gitlab/*{path}*"));
        self.place.stand.sandbox.faults.add(Fault { path, ..Fault::always(what) });
    }

    /// GitLab answers again.
    pub(super) fn heal(&self) {
        self.place.stand.sandbox.faults.clear();
    }
}
