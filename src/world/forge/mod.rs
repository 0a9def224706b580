//! Where a repository lives and people talk about it: GitHub, GitLab and the others.
//!
//! One file per forge, each with its addresses, its words and its limits. What they share is here:
//! a [`Forge`] can say a verdict at a commit in one or more [`Way`]s, and most can hold [`Comments`].
//! What is said, and what to do when a way is closed, is decided in `flow::publish`.

mod api;
mod azure_devops;
mod bitbucket;
mod credentials;
mod deployments;
mod destination;
mod error;
pub mod evidence;
mod gitea;
mod github;
mod gitlab;

use async_trait::async_trait;

pub use credentials::credential;
pub use deployments::{Deployment, Deployments, End, Past, Shown};
pub use destination::{Credential, Destination, Kind, Run};
pub use error::ForgeError;
pub use evidence::Evidence;

use crate::core::report::Annotation;
use crate::world::http::Http;

/// The longest comment, in bytes. GitHub takes 65,536 characters ("body is too long (maximum is 65536
/// characters)", telia-oss/github-pr-resource#259), and people read less; the others take more.
pub const MAX_COMMENT: usize = 65_535;

/// The longest description of a commit status, in characters: GitHub's limit, and plenty.
const MAX_DESCRIPTION: usize = 140;

/// A way to say a verdict at a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// GitHub's check run, with a text and annotations.
    CheckRun,
    /// Bitbucket's Code Insights report, with annotations.
    Insights,
    /// A commit status: one line.
    Status,
}

impl Way {
    /// What people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckRun => "check run",
            Self::Insights => "Code Insights report",
            Self::Status => "commit status",
        }
    }
}

/// What there is to say at a commit.
#[derive(Clone, Debug)]
pub struct News<'a> {
    /// By which it is told from what others say there: `clodo/shop`.
    pub name: String,
    /// Whether the run passes.
    pub passes: bool,
    /// The verdict in one line.
    pub title: String,
    /// The report, as Markdown.
    pub summary: String,
    /// The findings, the worst first.
    pub annotations: &'a [Annotation],
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is not decided yet.
    Waits,
    /// It is well.
    Passes,
    /// It is not.
    Fails,
}

/// What came of saying it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Where it can be read.
    pub url: Option<String>,
    /// What was left out, in words.
    pub note: Option<String>,
}

/// Why something is not even tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Why.
    pub why: &'static str,
    /// What would open it.
    pub fix: &'static str,
}

/// A comment as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// By which this forge's client knows it.
    pub id: String,
    /// Its text.
    pub body: String,
    /// Who wrote it, as [`Comments::me`] names us.
    pub author: String,
    /// Where it can be read.
    pub url: Option<String>,
}

/// A forge.
#[async_trait]
pub trait Forge: Send + Sync {
    /// The ways to say a verdict: of each list one, the first that works.
    fn ways(&self) -> [&'static [Way]; 2];

    /// Why this token cannot use a way, where its kind alone tells.
    fn closed(&self, _way: Way) -> Option<Closed> {
        None
    }

    /// Says a verdict in one way.
    async fn tell(&self, way: Way, news: &News<'_>) -> Result<Told, ForgeError>;

    /// Says in one line at the commit where something stands; what is said later under the same name
    /// takes its place. A forge that has no such way says nothing.
    async fn stand(&self, _name: &str, _at: Stands, _title: &str) -> Result<Told, ForgeError> {
        Ok(Told::default())
    }

    /// The one open pull request with this head, for runs whose event does not name it.
    async fn pull_request_of(&self, _head_sha: &str) -> Result<Option<u64>, ForgeError> {
        Ok(None)
    }

    /// The comments of the pull request, or why this token cannot write any.
    fn comments(&self) -> Result<&dyn Comments, Closed>;

    /// The deployments that it shows; `None` where it shows none, or makes them of its own jobs
    /// alone.
    fn deployments(&self) -> Option<&dyn Deployments> {
        None
    }

    /// What it says of who made a change and who agreed to it; `None` where it is not asked.
    fn evidence(&self) -> Option<&dyn Evidence> {
        None
    }
}

/// The comments of one pull request.
#[async_trait]
pub trait Comments: Send + Sync {
    /// Whether an outdated comment can be folded.
    fn can_hide(&self) -> bool {
        false
    }

    /// Our own name, as the author of a comment.
    async fn me(&self) -> Result<String, ForgeError>;

    /// All comments that are there.
    async fn list(&self) -> Result<Vec<Comment>, ForgeError>;

    /// Writes a comment; gives its address.
    async fn create(&self, body: &str) -> Result<Option<String>, ForgeError>;

    /// Gives a comment another text; gives its address.
    async fn update(&self, id: &str, body: &str) -> Result<Option<String>, ForgeError>;

    /// Removes a comment.
    async fn delete(&self, id: &str) -> Result<(), ForgeError>;

    /// Folds a comment as outdated.
    async fn hide(&self, _id: &str) -> Result<(), ForgeError> {
        Ok(())
    }
}

/// The client for a destination.
pub fn open<'a>(
    http: &'a Http,
    destination: &'a Destination,
    credential: &'a Credential,
) -> Box<dyn Forge + 'a> {
    match destination.forge {
        Kind::GitHub => Box::new(github::GitHub::new(http, destination, credential)),
        Kind::GitLab => Box::new(gitlab::GitLab::new(http, destination, credential)),
        Kind::Bitbucket => Box::new(bitbucket::Bitbucket::new(http, destination, credential)),
        Kind::AzureDevOps => Box::new(azure_devops::Azure::new(http, destination, credential)),
        Kind::Gitea => Box::new(gitea::Gitea::new(http, destination, credential)),
    }
}

/// The start of a text, for a place that takes so many characters.
fn shortened(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some(_) => {
            let start: String = text.chars().take(length.saturating_sub(1)).collect();
            format!("{}…", start.trim_end())
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_places_get_short_texts() {
        assert_eq!(shortened("déjà vu", 7), "déjà vu");
        assert_eq!(shortened("déjà vu", 6), "déjà…");
    }
}
