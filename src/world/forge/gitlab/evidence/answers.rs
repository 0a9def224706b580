//! The shapes of what GitLab answers ("REST API" of its documentation), as far as they are needed.

use jiff::Timestamp;
use serde::Deserialize;

use crate::world::forge::evidence::{Account, FreezePeriod};

#[derive(Clone, Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) username: String,
    /// Whether it is no person: told where one user is asked for, and nowhere else.
    pub(super) bot: Option<bool>,
}

impl From<User> for Account {
    fn from(User { id, username, bot }: User) -> Self {
        Self { id: id.to_string(), bot: bot.unwrap_or_default(), login: username }
    }
}

#[derive(Deserialize)]
pub(super) struct MergeRequest {
    pub(super) iid: u64,
    pub(super) author: User,
    /// Who merged it.
    pub(super) merge_user: Option<User>,
    pub(super) state: String,
    pub(super) sha: String,
    pub(super) target_branch: String,
    pub(super) source_project_id: Option<u64>,
    pub(super) target_project_id: u64,
    pub(super) merge_commit_sha: Option<String>,
    pub(super) squash_commit_sha: Option<String>,
    pub(super) updated_at: Timestamp,
}

impl MergeRequest {
    /// The newest commit on the target. Where the branch was only moved on, it is the head itself.
    pub(super) fn merged_as(&self) -> Option<&str> {
        let made = self.merge_commit_sha.as_deref().or(self.squash_commit_sha.as_deref());
        (self.state == "merged").then(|| made.unwrap_or(&self.sha))
    }
}

/// What lies between two commits, all of it ("Repositories API", compare).
#[derive(Deserialize)]
pub(super) struct Between {
    pub(super) commits: Vec<Listed>,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) message: String,
    pub(super) author_email: Option<String>,
    pub(super) committer_email: Option<String>,
}

/// A part of the files at a commit, in its first folder.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) mode: String,
}

#[derive(Deserialize)]
pub(super) struct Approvals {
    #[serde(default)]
    pub(super) approved_by: Vec<Approved>,
}

#[derive(Deserialize)]
pub(super) struct Approved {
    pub(super) user: User,
    /// Since GitLab 18.5 (gitlab!204605).
    pub(super) approved_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Reviewer {
    pub(super) user: User,
    pub(super) state: String,
}

/// What a merge request was after a push.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) head_commit_sha: String,
    pub(super) created_at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct Note {
    pub(super) id: u64,
    pub(super) author: User,
    pub(super) body: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// Whether GitLab has written it.
    #[serde(default)]
    pub(super) system: bool,
}

#[derive(Deserialize)]
pub(super) struct Pipeline {
    pub(super) id: u64,
    pub(super) sha: String,
    pub(super) user: Option<User>,
    pub(super) created_at: Timestamp,
    pub(super) started_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Deployment {
    pub(super) id: u64,
    pub(super) environment: Named,
    pub(super) deployable: Option<Job>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

/// The job of a deployment.
#[derive(Deserialize)]
pub(super) struct Job {
    pub(super) status: String,
    pub(super) user: Option<User>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) pipeline: Option<OfJob>,
}

#[derive(Deserialize)]
pub(super) struct OfJob {
    pub(super) id: u64,
}

#[derive(Deserialize)]
pub(super) struct Decisions {
    #[serde(default)]
    pub(super) approvals: Vec<Decision>,
}

#[derive(Deserialize)]
pub(super) struct Decision {
    pub(super) user: User,
    pub(super) status: String,
    pub(super) created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Protected {
    #[serde(default)]
    pub(super) approval_rules: Vec<serde_json::Value>,
    #[serde(default)]
    pub(super) deploy_access_levels: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Branch {
    pub(super) commit: Tip,
}

#[derive(Deserialize)]
pub(super) struct Tip {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct Content {
    pub(super) encoding: String,
    pub(super) content: String,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub(super) state: String,
    pub(super) access_level: u64,
}

#[derive(Deserialize)]
pub(super) struct Key {
    pub(super) key: String,
    pub(super) expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Freeze {
    pub(super) freeze_start: String,
    pub(super) freeze_end: String,
    pub(super) cron_timezone: String,
}

impl From<Freeze> for FreezePeriod {
    fn from(Freeze { freeze_start, freeze_end, cron_timezone }: Freeze) -> Self {
        Self { start: freeze_start, end: freeze_end, zone: cron_timezone }
    }
}
