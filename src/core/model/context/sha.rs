//! The name of a commit.

use std::fmt;

/// The full name of a commit: 40 hexadecimal digits, or 64 in a repository of SHA-256.
///
/// Never an abbreviation, because one may name several commits, and never all zeros, which is how
/// forges write that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sha(String);

impl Sha {
    /// Reads the name of a commit.
    pub fn parse(text: &str) -> Option<Self> {
        let is_full = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        let is_none = text.bytes().all(|b| b == b'0');
        (is_full && !is_none).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many digits of a commit people read.
const SHORT: usize = 7;

/// A commit as people read it: its first digits.
pub fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_names_of_commits_are_names() {
        let full = "4BE21C7a30a1f6f5c1fb8ce3d01d2b2a8e4ab6c1";
        assert_eq!(Sha::parse(full).map(|sha| sha.to_string()), Some(full.to_ascii_lowercase()));
        assert!(Sha::parse(&"a".repeat(64)).is_some());
        for none in ["", "HEAD", "4be21c7", &"0".repeat(40), &"0".repeat(64), &"g".repeat(40)] {
            assert_eq!(Sha::parse(none), None, "{none}");
        }
    }
}
