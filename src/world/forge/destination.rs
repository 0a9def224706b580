//! Where a report goes, as plain data: whoever knows the environment fills it in.

use std::fmt;

use jiff::Timestamp;

use crate::world::http::Token;

/// A kind of forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// github.com, or GitHub Enterprise.
    GitHub,
    /// gitlab.com, or one's own GitLab.
    GitLab,
    /// Bitbucket Cloud.
    Bitbucket,
    /// Azure Repos.
    AzureDevOps,
    /// Gitea or Forgejo.
    Gitea,
}

impl Kind {
    /// Its name, as its makers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Bitbucket => "Bitbucket",
            Self::AzureDevOps => "Azure DevOps",
            Self::Gitea => "Gitea",
        }
    }

    /// Where the API of the public service is; `None` where there is none, or where the address
    /// holds the name of an organisation.
    pub fn public_api(self) -> Option<&'static str> {
        match self {
            Self::GitHub => Some("https://api.github.com"),
            Self::GitLab => Some("https://gitlab.com/api/v4"),
            Self::Bitbucket => Some("https://api.bitbucket.org/2.0"),
            Self::AzureDevOps | Self::Gitea => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The kind of forge.
    pub forge: Kind,
    /// Where its API is: `https://api.github.com`, `https://ghe.example.com/api/v3`,
    /// `https://gitlab.com/api/v4`, `https://dev.azure.com/acme`, `https://codeberg.org/api/v1`.
    pub api_url: String,
    /// Where people look at it: `https://github.com`.
    pub web_url: String,
    /// The repository: `owner/name`, with all groups on GitLab, `project/name` on Azure DevOps. For a
    /// merge request from a fork it is the one that receives it.
    pub repository: String,
    /// The commit that was checked: of a pull request its head, never the merge commit.
    pub head_sha: String,
    /// The number of the pull request, if there is one.
    pub pull_request: Option<u64>,
    /// Whether to ask the forge for the number where it is not known: the event of a run about
    /// another run does not name a pull request from a fork.
    pub seek_pull_request: bool,
    /// Whether the run has no more rights than a fork, so that its token can only read. Not so for
    /// `pull_request_target` and `workflow_run`, which have the rights of the repository.
    pub fork: Option<bool>,
    /// The run.
    pub run: Run,
    /// On GitLab, the pipeline that the run belongs to. Without it a commit status can open another
    /// one, called external.
    pub gitlab_pipeline: Option<u64>,
    /// Which of several reports on one pull request this is: a name of the project's choice, or "".
    pub key: String,
}

/// A run of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// By which its CI system knows it.
    pub id: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Where it can be looked at.
    pub url: Option<String>,
    /// When this attempt started.
    pub started_at: Timestamp,
}

/// What proves to a forge who we are. It cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A token for an API: `GITHUB_TOKEN`, a personal or project access token, Azure's
    /// `System.AccessToken`.
    Token(Token),
    /// GitLab's `CI_JOB_TOKEN`, which may do much less.
    Job(Token),
    /// A user's name and a password in its place: Bitbucket's API tokens, Azure's personal access
    /// tokens (there the name is empty).
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: Token,
    },
    /// None, because something on the way adds it: Bitbucket's proxy in a pipeline.
    Anonymous,
}
