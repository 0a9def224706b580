//! What git says of the work tree.

use super::{Remote, Sha};

/// What git says of the work tree; nothing where there is no repository, or no git.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitAnswers {
    /// The folder in which the repository lies.
    pub top: Option<String>,
    /// The commit that is checked out.
    pub head: Option<Sha>,
    /// The branch that is checked out. None on a detached head, which is what CI systems make.
    pub branch: Option<String>,
    /// Where `origin` is.
    pub origin: Option<Remote>,
    /// The default branch of `origin`, where the clone knows it.
    pub default_branch: Option<String>,
}
