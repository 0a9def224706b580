//! What a run knows of itself: which CI system runs it, for which commit of which repository, and
//! where a report about it belongs.
//!
//! Every field may be unknown, and what is known says where it was found. Nothing here is secret:
//! no token is part of it. Everything here may have been written by a stranger: on a pull request
//! the names of branches and people are whatever its author chose.

mod field;
mod git;
mod kinds;
mod known;
mod remote;
mod sha;

pub use field::{Field, Malformed};
pub use git::GitAnswers;
pub use kinds::{CiSystem, EventKind, ForgeKind};
pub use known::{Known, Origin, Source};
pub use remote::Remote;
pub use sha::{Sha, short};

/// What is known of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CiContext {
    /// The CI system that runs this.
    pub ci: Option<Known<CiSystem>>,
    /// What made it run.
    pub event: Option<Known<EventKind>>,
    /// The kind of forge that the repository, and the pull request, live on.
    pub forge: Option<Known<ForgeKind>>,
    /// The forge, as in `https://github.com`; for Azure DevOps with the organization. Without a
    /// slash at the end.
    pub server_url: Option<Known<String>>,
    /// Its API, as in `https://api.github.com`. Without a slash at the end.
    pub api_url: Option<Known<String>>,
    /// The repository: `owner/name`, or the full path where there are groups. For a pull request
    /// the one that it goes to, where reports belong.
    pub repository: Option<Known<String>>,
    /// The forge's own name for the repository, which a rename does not change.
    pub repository_id: Option<Known<String>>,
    /// The ref that the CI system says it runs for, as in `refs/heads/main`.
    pub git_ref: Option<Known<String>>,
    /// The branch; of a pull request the one that it comes from. A fork may call its branch
    /// `main`: who deploys from a branch must look at [`Self::event`] and [`Self::fork`] as well.
    pub branch: Option<Known<String>>,
    /// The tag, where a tag made it run.
    pub tag: Option<Known<String>>,
    /// The branch that a pull request, or what waits in a merge queue, goes to.
    pub base_branch: Option<Known<String>>,
    /// The default branch of the repository.
    pub default_branch: Option<Known<String>>,
    /// The commit that the run is about: for a pull request its head, where statuses belong, and
    /// never the commit that merges it for the run. In a merge queue, which has no single pull
    /// request, the commit that the queue made.
    pub head_sha: Option<Known<Sha>>,
    /// The commit that the change starts from: the tip of the target, or the commit before a push.
    pub base_sha: Option<Known<Sha>>,
    /// The commit that lies in the work tree, which may be a merge commit.
    pub checkout_sha: Option<Known<Sha>>,
    /// The number by which people know the pull request or merge request.
    pub pull_request: Option<Known<u64>>,
    /// Whether the pull request comes from another repository.
    pub fork: Option<Known<bool>>,
    /// Whether the forge, unless told otherwise, gives this run a token that only reads and
    /// withholds its secrets.
    pub restricted: Option<Known<bool>>,
    /// Whether the branch or tag is protected.
    pub protected: Option<Known<bool>>,
    /// Whether the forge says that nothing is to be deployed now.
    pub deploy_freeze: Option<Known<bool>>,
    /// Who made it run, in the words of the CI system: a login, a name or an id.
    pub actor: Option<Known<String>>,
    /// Who started it again, or let it go on.
    pub triggering_actor: Option<Known<String>>,
    /// The run: what all its jobs have in common.
    pub run_id: Option<Known<String>>,
    /// The how many-eth attempt this is, from 1.
    pub run_attempt: Option<Known<u64>>,
    /// A page about the run.
    pub run_url: Option<Known<String>>,
    /// The job.
    pub job: Option<Known<String>>,
    /// The folder into which the repository was checked out.
    pub workspace: Option<Known<String>>,
    /// What is not known although it could be expected, and why.
    pub notes: Vec<Note>,
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The field that is not known for it; none if there may be several.
    pub field: Option<Field>,
    /// Why, in words.
    pub text: String,
}

impl CiContext {
    /// Whether the run is for such an event, as far as that is known.
    pub fn is_for(&self, event: &EventKind) -> bool {
        self.event.as_ref().is_some_and(|known| known.value == *event)
    }
}

impl Note {
    /// Why one field is not known.
    pub fn on(field: Field, text: impl Into<String>) -> Self {
        Self { field: Some(field), text: text.into() }
    }
}
