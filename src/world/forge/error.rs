//! What a forge can answer in place of what was asked for.

use super::Kind;
use crate::core::model::context::short;
use crate::world::http::HttpError;

/// Why a forge did not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// The token may not do this, or may not see what it is about.
    #[error("{forge} does not let the token {to} ({status}{})", said(message))]
    Denied {
        /// Who says so.
        forge: Kind,
        /// What the token may not do: `write comments`.
        to: &'static str,
        /// What would let it.
        fix: String,
        /// 403, or 404 from those who do not tell what exists.
        status: u16,
        /// What the forge says.
        message: String,
    },
    /// The token is wrong, or is no longer valid.
    #[error("{forge} does not know the token (401{})", said(message))]
    BadToken {
        /// Who says so.
        forge: Kind,
        /// What the forge says.
        message: String,
    },
    /// The text is longer than the forge takes.
    #[error("{forge} takes no text that long: {message}")]
    TooLong {
        /// Who says so.
        forge: Kind,
        /// What the forge says.
        message: String,
    },
    /// It is refused for another reason.
    #[error("{forge} refuses to {to}: {message} ({status})")]
    Refused {
        /// Who says so.
        forge: Kind,
        /// What it refuses.
        to: &'static str,
        /// The status of the answer.
        status: u16,
        /// What the forge says.
        message: String,
    },
    /// The forge has no such commit.
    #[error("{forge} does not know the commit {}", short(commit))]
    NoCommit {
        /// Who says so.
        forge: Kind,
        /// The commit.
        commit: String,
    },
    /// There are more comments than we look through.
    #[error("the pull request has more than {0} comments, too many to find ours")]
    TooManyComments(usize),
    /// There are more commits than the forge tells of.
    #[error("the pull request has {0} commits or more, and the forge does not tell of the others")]
    TooManyCommits(usize),
    /// There is no answer that can be used.
    #[error(transparent)]
    Http(#[from] HttpError),
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

impl ForgeError {
    /// Whether the same may well work later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Http(error) if error.is_retryable())
    }

    /// Whether the forge knows no such thing, or does not let the token know.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Denied { status: 404, .. })
    }

    /// Whether another way to say the same may work now.
    pub fn calls_for_another_way(&self) -> bool {
        matches!(self, Self::Denied { .. } | Self::TooLong { .. } | Self::Refused { .. })
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Denied { fix, .. } => fix.clone(),
            Self::BadToken { .. } => "use a token that is valid for this forge".to_owned(),
            Self::TooLong { .. } => "read the report in the log".to_owned(),
            Self::Refused { .. } => {
                "what the forge says tells why; this may be a bug in clodo".to_owned()
            }
            Self::NoCommit { .. } => "push it: only what the forge has can be shown".to_owned(),
            Self::TooManyCommits(_) => {
                "who wrote them all cannot be told: use smaller pull requests".to_owned()
            }
            Self::TooManyComments(_) => "turn comments off for this pull request".to_owned(),
            Self::Http(error) => error.hint().to_owned(),
        }
    }
}
