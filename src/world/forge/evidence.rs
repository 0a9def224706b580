//! What a forge says of who made a change, and who agreed to it.
//!
//! It is asked at the moment of a decision, and what it does not say is not there: every error here
//! keeps the gate closed.

use async_trait::async_trait;
use jiff::Timestamp;

use super::ForgeError;
pub use crate::core::gate::FreezePeriod;
use crate::core::gate::{Hand, Method, Principal};
pub use crate::core::model::Protection;

/// Somebody, as a forge names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The number, which a change of name does not change.
    pub id: String,
    /// The name.
    pub login: String,
    /// Whether it is a program.
    pub bot: bool,
}

/// A pull request and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub number: u64,
    /// The newest commit.
    pub head: String,
    /// The branch that it goes to.
    pub base: String,
    /// Who opened it.
    pub author: Account,
    /// Who merged it.
    pub merged_by: Option<Account>,
    /// Whether its commits come from another repository. One that is gone counts as another.
    pub fork: bool,
    /// The commit that it became on its base branch.
    pub merged_as: Option<String>,
    /// Its commits, the oldest first.
    pub commits: Vec<Commit>,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub sha: String,
    /// The hash of its files, as Git makes it: two commits with the same files have the same. GitLab
    /// tells it of the newest commit of a change alone: that of the others is empty.
    pub tree: String,
    /// Who wrote it.
    pub author: Hand,
    /// Who committed it.
    pub committer: Hand,
    /// Those whom its message names as authors as well, and whoever the forge knows behind their
    /// addresses. Some are there twice.
    pub co_authors: Vec<Hand>,
    /// Its message.
    pub message: String,
}

/// A review of a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Whose.
    pub by: Account,
    /// What it says.
    pub says: Says,
    /// The commit that was looked at.
    pub commit: Option<String>,
    /// When; `None` while it is being written.
    pub at: Option<Timestamp>,
}

/// What a review says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Yes.
    Approved,
    /// No.
    ChangesRequested,
    /// Neither, or not any more.
    Nothing,
}

/// A comment, with what tells whether it is still what its author wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Whose.
    pub by: Account,
    /// Its text.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Whether it was changed since.
    pub edited: bool,
    /// Where it can be read.
    pub url: Option<String>,
}

/// What somebody answered to a run that waits for an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Who.
    pub by: Account,
    /// Yes or no.
    pub approved: bool,
    /// For which environments.
    pub environments: Vec<String>,
    /// When. GitHub does not tell.
    pub at: Option<Timestamp>,
    /// Where it was said.
    pub method: Method,
}

/// A run of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOf {
    /// The commit that it is for.
    pub head: String,
    /// Who started it first.
    pub actor: Option<Account>,
    /// Who started this attempt. GitLab has attempts of jobs, and none of pipelines.
    pub triggering_actor: Option<Account>,
    /// When this attempt began.
    pub started_at: Option<Timestamp>,
}

/// A forge that can be asked.
#[async_trait]
pub trait Evidence: Send + Sync {
    /// A pull request with all its commits.
    async fn change(&self, number: u64) -> Result<Change, ForgeError>;

    /// The pull request that became a commit on its base branch, if there is exactly one.
    async fn merged_as(&self, sha: &str) -> Result<Option<u64>, ForgeError>;

    /// A commit.
    async fn commit(&self, sha: &str) -> Result<Commit, ForgeError>;

    /// The commits that one commit has behind it and another one has not, the oldest first: what
    /// `git log BASE..HEAD` shows.
    async fn between(&self, base: &str, head: &str) -> Result<Vec<Commit>, ForgeError>;

    /// The reviews of a pull request, the oldest first. GitLab tells of what stands, not of what was
    /// taken back, and before GitLab 18.5 not when that was said.
    async fn reviews(&self, number: u64) -> Result<Vec<Review>, ForgeError>;

    /// The comments of a pull request, the oldest first.
    async fn remarks(&self, number: u64) -> Result<Vec<Remark>, ForgeError>;

    /// A run.
    async fn run(&self, id: &str) -> Result<RunOf, ForgeError>;

    /// What people answered to a run. On GitLab a run is a pipeline; whoever else than the one who
    /// started it starts a job that deploys has answered yes.
    async fn answers(&self, run: &str) -> Result<Vec<Answered>, ForgeError>;

    /// Whether somebody has a part in the repository now: more than whoever finds it.
    async fn belongs(&self, login: &str) -> Result<bool, ForgeError>;

    /// Which of the teams and roles somebody has now.
    async fn groups(&self, login: &str, of: &[Principal]) -> Result<Vec<Principal>, ForgeError>;

    /// How an environment is protected.
    async fn protection(&self, environment: &str) -> Result<Protection, ForgeError>;

    /// The newest commit of a branch.
    async fn tip(&self, branch: &str) -> Result<String, ForgeError>;

    /// A file of the repository at a commit or on a branch; `None` where it is not there.
    async fn file(&self, path: &str, at: &str) -> Result<Option<Vec<u8>>, ForgeError>;

    /// Whose the token is. The token of a job is nobody's, and gives an error.
    async fn user(&self) -> Result<Account, ForgeError>;

    /// Who has a name now; `None` where nobody has. A name that was given up can be taken by others,
    /// so that what somebody said under it counts only where the number is still the same.
    async fn account(&self, login: &str) -> Result<Option<Account>, ForgeError>;

    /// The SSH keys by which the forge knows somebody, each as a line of `authorized_keys`:
    /// `ssh-ed25519 AAAA…`. Those that are no longer valid are left out.
    async fn signing_keys(&self, of: &Account) -> Result<Vec<String>, ForgeError>;

    /// The times in which nothing shall be deployed. Only GitLab has any.
    async fn freeze_periods(&self) -> Result<Vec<FreezePeriod>, ForgeError> {
        Ok(Vec::new())
    }
}
