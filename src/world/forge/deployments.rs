//! Deployments as a forge shows them: beside the commit, on the pull request and on the page of the
//! environment.

use async_trait::async_trait;

use super::ForgeError;
use crate::core::model::deployment::State;

/// What is deployed, as a forge is told.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    /// clodo's own name for it, by which it is found again: `d-01J…`.
    pub id: &'a str,
    /// The name of the environment on the forge.
    pub environment: &'a str,
    /// The commit.
    pub commit: &'a str,
    /// The branch or tag of the run.
    pub reference: Option<&'a str>,
    /// Whether that is a tag.
    pub is_tag: bool,
    /// Whether end users are there.
    pub production: bool,
    /// What is deployed, in one line.
    pub description: &'a str,
}

/// How a deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is live.
    Success,
    /// It is not, and what was there before serves.
    Failure,
    /// It is not known what serves, or a person is needed.
    Error,
    /// It was live, and was taken back.
    TakenBack,
}

impl From<State> for End {
    fn from(state: State) -> Self {
        match state {
            State::Succeeded => Self::Success,
            State::Failed | State::Restored => Self::Failure,
            _ => Self::Error,
        }
    }
}

/// A deployment that clodo made before.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// clodo's own name for it.
    pub id: &'a str,
    /// The name of the environment on the forge.
    pub environment: &'a str,
    /// The commit.
    pub commit: &'a str,
}

/// A deployment that the forge shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It was made here, and is closed by this name.
    Ours(String),
    /// The forge made it of the job that runs, and closes it with the job.
    OfTheJob,
}

/// A forge that shows deployments.
#[async_trait]
pub trait Deployments: Send + Sync {
    /// Shows that a deployment is in progress. One that is shown already is not made again.
    async fn open(&self, deployment: &Deployment<'_>) -> Result<Shown, ForgeError>;

    /// Shows how one ended, and where what was deployed can be visited.
    async fn close(&self, name: &str, end: End, url: Option<&str>) -> Result<(), ForgeError>;

    /// The name by which a deployment of before is closed; `None` where the forge shows none, or has
    /// nothing more to say of it.
    async fn find(&self, past: &Past<'_>) -> Result<Option<String>, ForgeError>;
}
