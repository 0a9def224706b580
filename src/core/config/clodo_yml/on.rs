//! `on`: what deploys an environment, in a pipeline.
//!
//! ```yaml
//! on: { branch: [main, "release/*"], tag: "v*", schedule: true }
//! ```
//!
//! Each key is a way to be deployed of its own; what is not named does not deploy. An `on` that names
//! nothing leaves the environment to people. What counts without an `on` is said where runs are
//! judged: [`crate::core::delivery`].

use globset::{GlobBuilder, GlobSet};

use crate::core::model::Value;

/// What deploys an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct On {
    /// Pushes to these branches.
    pub branches: Vec<RefGlob>,
    /// These tags.
    pub tags: Vec<RefGlob>,
    /// Whether pull requests get a preview of it. They never deploy it.
    pub pull_request: bool,
    /// Whether the clock deploys it, from one of the branches or else from the default one.
    pub schedule: bool,
}

impl On {
    /// Reads a table that has the shape in `keys.rs`.
    pub(super) fn of(value: &Value) -> Self {
        let says = |key| value.get(key).and_then(Value::as_bool).unwrap_or(false);
        let globs = |key| one_or_more(value.get(key)).filter_map(RefGlob::new).collect();
        Self {
            branches: globs("branch"),
            tags: globs("tag"),
            pull_request: says("pull-request"),
            schedule: says("schedule"),
        }
    }
}

/// A string, or the strings of a list.
fn one_or_more(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let listed = value.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str);
    value.and_then(Value::as_str).into_iter().chain(listed)
}

/// A pattern over the names of branches or tags: `*` stays within one part of the name, `**` crosses
/// slashes, as in the workflows of GitHub
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>).
#[derive(Clone, Debug)]
pub struct RefGlob {
    pattern: String,
    set: GlobSet,
}

impl RefGlob {
    /// Reads a pattern; `None` where it is none.
    pub fn new(pattern: &str) -> Option<Self> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
        // A single matcher would panic at a pattern that is too large; a set says so.
        Some(Self { pattern: pattern.to_owned(), set: GlobSet::new([glob]).ok()? })
    }

    /// Whether the whole name is meant.
    pub fn matches(&self, name: &str) -> bool {
        self.set.is_match(name)
    }
}

impl PartialEq for RefGlob {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

impl Eq for RefGlob {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_whole_names() {
        for (pattern, name, meant) in [
            ("main", "main", true),
            ("main", "main/x", false),
            ("main", "not-main", false),
            ("release/*", "release/1.2", true),
            ("release/*", "release/1/2", false),
            ("release/**", "release/1/2", true),
            ("v*", "v1.2.3", true),
            ("v[0-9]*", "vnext", false),
            ("{main,next}", "next", true),
        ] {
            let glob = RefGlob::new(pattern).expect("a pattern");
            assert_eq!(glob.matches(name), meant, "{pattern} {name}");
        }
        assert!(RefGlob::new("release/[").is_none());
    }
}
