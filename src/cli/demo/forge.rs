//! What people do on the forge of the demo: they push, open pull requests, merge and comment.
//!
//! A push and a merge change the sandbox's state directly, since it takes no git pushes; what somebody
//! writes goes through the API with the person's own token, as it would.

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::project::Commit;
use crate::server::sandbox::Running;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::state::git::{self, Git};
use crate::server::sandbox::state::github::{Merged, Pull, Repository, Run, Side};
use crate::world::http::{Http, Method, Request, Token};

/// The repository.
pub(super) const REPOSITORY: &str = "demo/storefront";
/// The branch that is deployed.
pub(super) const MAIN: &str = "main";

/// The forge.
pub(super) struct Forge<'a> {
    running: &'a Running,
    http: Http,
}

impl<'a> Forge<'a> {
    pub(super) fn new(running: &'a Running) -> Self {
        Self { running, http: Http::default() }
    }

    /// Makes a commit the newest of a branch, and of its pull request.
    pub(super) fn push(
        &self,
        branch: &str,
        author: &str,
        message: &str,
        commit: &Commit,
    ) -> anyhow::Result<()> {
        self.change(|repository, now| {
            let parent =
                repository.git.branches.get(branch).or_else(|| repository.git.branches.get(MAIN));
            let parents = parent.into_iter().cloned().collect();
            let known = git::Commit {
                sha: commit.sha.clone(),
                tree: commit.tree.clone(),
                parents,
                message: message.to_owned(),
                author: author.to_owned(),
                date: now.to_owned(),
                files: commit.files.clone(),
                ..git::Commit::default()
            };
            repository.git.push(branch, known);
            let pulls = repository.pulls.iter_mut();
            for pull in pulls.filter(|pull| pull.head.branch == branch && !pull.closed) {
                pull.head.sha.clone_from(&commit.sha);
                pull.updated_at = now.to_owned();
            }
        })
    }

    /// Opens a pull request for a branch.
    pub(super) fn open(
        &self,
        number: u64,
        title: &str,
        author: &str,
        branch: &str,
    ) -> anyhow::Result<()> {
        self.change(|repository, now| {
            let side = |git: &Git, branch: &str| Side {
                repository: REPOSITORY.to_owned(),
                branch: branch.to_owned(),
                sha: git.branches.get(branch).cloned().unwrap_or_default(),
            };
            repository.pulls.push(Pull {
                id: number,
                number,
                title: title.to_owned(),
                author: author.to_owned(),
                head: side(&repository.git, branch),
                base: side(&repository.git, MAIN),
                created_at: now.to_owned(),
                updated_at: now.to_owned(),
                ..Pull::default()
            });
        })
    }

    /// Merges a pull request as the commit that is the newest of its base branch now.
    pub(super) fn merge(&self, number: u64, by: &str, commit: &Commit) -> anyhow::Result<()> {
        self.change(|repository, now| {
            let pulls = repository.pulls.iter_mut();
            for pull in pulls.filter(|pull| pull.number == number) {
                pull.closed = true;
                let (sha, at) = (commit.sha.clone(), now.to_owned());
                pull.merged = Some(Merged { sha, at, by: by.to_owned() });
            }
        })
    }

    /// Begins a run of the workflow.
    pub(super) fn runs(&self, id: u64, branch: &str, sha: &str, actor: &str) -> anyhow::Result<()> {
        self.change(|repository, now| {
            repository.runs.push(Run {
                id,
                number: id,
                attempt: 1,
                sha: sha.to_owned(),
                branch: branch.to_owned(),
                event: if branch == MAIN { "push" } else { "pull_request" }.to_owned(),
                actor: actor.to_owned(),
                workflow: ".github/workflows/clodo.yml".to_owned(),
                status: "in_progress".to_owned(),
                started_at: now.to_owned(),
                created_at: now.to_owned(),
                ..Run::default()
            });
        })
    }

    /// Comments on a pull request.
    pub(super) async fn comment(&self, number: u64, login: &str, text: &str) -> anyhow::Result<()> {
        let origin = self.running.api_url.trim_end_matches("/client/v4");
        let url = format!("{origin}/github/repos/{REPOSITORY}/issues/{number}/comments");
        let token = Token::new(&format!("ghp_{login}")).context("a token")?;
        let request = Request::new(Method::POST, url).authorization("Bearer", &token);
        let answer = self.http.send(request.json(&json!({ "body": text }))).await?;
        ensure!(answer.status == 201, "GitHub's stand-in took no comment: HTTP {}", answer.status);
        Ok(())
    }

    /// The newest comment of a program on a pull request.
    pub(super) fn told(&self, number: u64) -> Option<String> {
        let state = self.running.state();
        let comments = state.github.repositories.get(REPOSITORY)?.comments.iter().rev();
        let mut of_programs =
            comments.filter(|one| one.issue == number && one.author.ends_with("[bot]"));
        of_programs.next().map(|comment| comment.body.clone())
    }

    fn change(&self, change: impl FnOnce(&mut Repository, &str)) -> anyhow::Result<()> {
        let now = self.running.source.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let changed = self.running.store.change(|state| {
            if let Some(repository) = state.github.repositories.get_mut(REPOSITORY) {
                change(repository, &now);
            }
            Ok::<(), ApiError>(())
        });
        changed.map_err(|error| anyhow::anyhow!("{error:?}"))
    }
}
