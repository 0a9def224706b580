//! Where freezes stand.

use super::freeze::Freeze;

/// Where a freeze stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// In the journal, by `clodo freeze add` or `clodo freeze import`.
    Journal,
    /// In `clodo.yml`.
    Settings,
    /// In a calendar that `clodo.yml` names.
    Calendar,
    /// On GitLab.
    GitLab,
}

impl Whence {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Settings => "clodo.yml",
            Self::Calendar => "calendar",
            Self::GitLab => "gitlab",
        }
    }
}

/// A freeze, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The freeze.
    pub freeze: Freeze,
    /// Where it stands.
    pub whence: Whence,
}
