//! The shapes of what GitHub answers ("REST API" of its documentation), as far as they are needed.

use jiff::Timestamp;
use serde::Deserialize;

use crate::core::gate::{Hand, co_authors};
use crate::world::forge::evidence::{Account, Commit};

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) login: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
}

impl From<User> for Account {
    fn from(User { id, login, kind }: User) -> Self {
        Self { id: id.to_string(), login, bot: kind != "User" }
    }
}

/// Of a user who is gone GitHub says nothing; such a one is nobody, and can be nothing.
pub(super) fn somebody(user: Option<User>) -> Account {
    let nobody = || Account { id: String::new(), login: "ghost".into(), bot: true };
    user.map_or_else(nobody, Account::from)
}

#[derive(Deserialize)]
pub(super) struct Pull {
    pub(super) number: u64,
    pub(super) user: Option<User>,
    pub(super) head: Side,
    pub(super) base: Side,
    pub(super) merge_commit_sha: Option<String>,
    #[serde(default)]
    pub(super) merged: bool,
    pub(super) merged_by: Option<User>,
    /// How many commits it has.
    pub(super) commits: usize,
}

#[derive(Deserialize)]
pub(super) struct Side {
    pub(super) sha: String,
    #[serde(rename = "ref")]
    pub(super) branch: String,
    pub(super) repo: Option<Repository>,
}

#[derive(Deserialize, PartialEq)]
pub(super) struct Repository {
    pub(super) id: u64,
}

#[derive(Deserialize)]
pub(super) struct OfCommit {
    pub(super) number: u64,
    pub(super) merge_commit_sha: Option<String>,
    pub(super) merged_at: Option<Timestamp>,
}

/// A page of what lies between two commits ("Compare two commits").
#[derive(Deserialize)]
pub(super) struct Between {
    /// How many commits all pages have.
    pub(super) total_commits: usize,
    pub(super) commits: Vec<Listed>,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) node_id: String,
    pub(super) sha: String,
    pub(super) commit: Git,
    pub(super) author: Option<MaybeUser>,
    pub(super) committer: Option<MaybeUser>,
}

/// GitHub gives `{}` for somebody whom it does not know.
#[derive(Deserialize)]
pub(super) struct MaybeUser {
    pub(super) id: Option<u64>,
    pub(super) login: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Git {
    pub(super) message: String,
    pub(super) author: Option<Signature>,
    pub(super) committer: Option<Signature>,
    pub(super) tree: Object,
}

#[derive(Deserialize)]
pub(super) struct Signature {
    pub(super) email: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Object {
    pub(super) sha: String,
}

impl From<Listed> for Commit {
    fn from(listed: Listed) -> Self {
        let hand = |user: Option<MaybeUser>, signature: Option<Signature>| {
            let claimed = signature.and_then(|signature| signature.email);
            let claimed = claimed.map(|email| Hand::of_email(&email)).unwrap_or_default();
            let user = user.unwrap_or(MaybeUser { id: None, login: None });
            Hand {
                id: user.id.map(|id| id.to_string()).or(claimed.id),
                login: user.login.or(claimed.login),
                email: claimed.email,
            }
        };
        Self {
            sha: listed.sha,
            author: hand(listed.author, listed.commit.author),
            committer: hand(listed.committer, listed.commit.committer),
            tree: listed.commit.tree.sha,
            co_authors: co_authors(&listed.commit.message).collect(),
            message: listed.commit.message,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ListedReview {
    pub(super) user: Option<User>,
    pub(super) state: String,
    pub(super) commit_id: Option<String>,
    pub(super) submitted_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct ListedComment {
    pub(super) node_id: String,
    pub(super) user: Option<User>,
    pub(super) body: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) html_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ListedRun {
    pub(super) head_sha: String,
    pub(super) actor: Option<User>,
    pub(super) triggering_actor: Option<User>,
    pub(super) run_started_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct ListedAnswer {
    pub(super) user: Option<User>,
    pub(super) state: String,
    #[serde(default)]
    pub(super) environments: Vec<Named>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Environment {
    #[serde(default)]
    pub(super) protection_rules: Vec<ProtectionRule>,
    #[serde(default = "yes")]
    pub(super) can_admins_bypass: bool,
}

/// Where GitHub does not say, administrators may: that is how environments begin.
fn yes() -> bool {
    true
}

#[derive(Deserialize)]
pub(super) struct ProtectionRule {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) reviewers: Vec<serde_json::Value>,
    #[serde(default)]
    pub(super) prevent_self_review: bool,
}

#[derive(Deserialize)]
pub(super) struct Branch {
    pub(super) commit: Object,
}

#[derive(Deserialize)]
pub(super) struct Content {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) encoding: String,
    #[serde(default)]
    pub(super) content: String,
}

#[derive(Deserialize)]
pub(super) struct Key {
    pub(super) key: String,
}
