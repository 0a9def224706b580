//! The payload of an event, in the words of GitHub's webhooks, which Forgejo and Gitea share.
//!
//! A stranger may have written much of it, so that it is never trusted to have a shape: what has
//! another one is not read at all. Only what is needed is named here. See
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.

use serde::Deserialize;

/// A payload.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Event {
    /// The commit before a push.
    pub(super) before: Option<String>,
    pub(super) repository: Option<Repository>,
    pub(super) pull_request: Option<PullRequest>,
    pub(super) issue: Option<Issue>,
    pub(super) merge_group: Option<MergeGroup>,
    pub(super) workflow_run: Option<Run>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Repository {
    pub(super) id: Option<u64>,
    pub(super) default_branch: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PullRequest {
    pub(super) number: Option<u64>,
    pub(super) head: End,
    pub(super) base: End,
}

/// Where a pull request comes from, or goes to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct End {
    #[serde(rename = "ref")]
    pub(super) name: Option<String>,
    pub(super) sha: Option<String>,
    /// `null` where the fork was deleted.
    pub(super) repo: Option<Repository>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Issue {
    pub(super) number: Option<u64>,
    /// Only there if the issue is a pull request.
    pub(super) pull_request: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MergeGroup {
    pub(super) head_sha: Option<String>,
    pub(super) base_sha: Option<String>,
    pub(super) base_ref: Option<String>,
}

/// The run that ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Run {
    pub(super) head_sha: Option<String>,
    pub(super) head_branch: Option<String>,
    pub(super) head_repository: Option<Repository>,
    /// Empty for forks.
    pub(super) pull_requests: Vec<PullRequest>,
}

impl Event {
    /// Reads a payload. The reason why it cannot be read holds nothing of the payload.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            format!("line {}, column {} is not what was expected", error.line(), error.column())
        })
    }
}

impl Run {
    /// The pull request that the run was about, if it is certain: the forge lists every open one
    /// that has this branch, in whatever repository.
    pub(super) fn pull_request(&self, repository: Option<u64>) -> Option<&PullRequest> {
        let repository = repository?;
        let mut ours = self.pull_requests.iter().filter(|pull_request| {
            pull_request.head.sha == self.head_sha
                && pull_request.base.repo.as_ref().and_then(|repo| repo.id) == Some(repository)
        });
        let first = ours.next()?;
        ours.next().is_none().then_some(first)
    }
}
