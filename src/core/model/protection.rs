//! How a forge protects the environments that pipelines deploy to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How an environment is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// Whether the forge knows the environment.
    pub exists: bool,
    /// How many people, teams and levels it asks, or lets in by name.
    pub reviewers: usize,
    /// Whether who started a run may not approve it.
    pub prevents_self_review: bool,
    /// Whether administrators may pass without being asked.
    pub admins_bypass: bool,
}

/// The environments that somebody asked about, by name.
pub type Protections = BTreeMap<String, Protection>;

impl Protection {
    /// Who comes past it without being asked, if anybody: completes "lets … into".
    pub fn lets_in(&self) -> Option<&'static str> {
        match self {
            Self { reviewers: 0, .. } => Some("every run"),
            Self { admins_bypass: true, .. } => Some("administrators"),
            Self { prevents_self_review: false, .. } => Some("whoever started the run"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_gap_is_told() {
        let closed = Protection {
            exists: true,
            reviewers: 2,
            prevents_self_review: true,
            admins_bypass: false,
        };
        assert_eq!(closed.lets_in(), None);
        let own = Protection { prevents_self_review: false, ..closed };
        assert_eq!(own.lets_in(), Some("whoever started the run"));
        let bypass = Protection { admins_bypass: true, ..own };
        assert_eq!(bypass.lets_in(), Some("administrators"));
        assert_eq!(Protection { reviewers: 0, ..bypass }.lets_in(), Some("every run"));
        assert_eq!(Protection::default().lets_in(), Some("every run"));
    }
}
