//! A verdict with all that people need to act on it.

use jiff::{SignedDuration, Timestamp};

use super::approval::Method;
use super::verdict::Verdict;
use crate::core::plan::SHORT_HASH;

/// A verdict on one plan, for those who read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The environment, as `clodo.yml` names it.
    pub environment: String,
    /// The hash of the plan.
    pub hash: String,
    /// The answer.
    pub verdict: Verdict,
    /// When it was given.
    pub at: Timestamp,
    /// How long an approval counts.
    pub expires: SignedDuration,
    /// How many digits of the hash a comment must name: all of them where nothing remembers what was
    /// shown before.
    pub digits: usize,
    /// Where approvals are taken.
    pub methods: Vec<Method>,
    /// The pull request on which one can comment.
    pub pull_request: Option<u64>,
    /// What differs from the plan that people were asked about before: `field: was → is`.
    pub differences: Vec<String>,
    /// What could not be taken into account, and what would cure it.
    pub notes: Vec<String>,
}

impl Judged {
    /// The hash as people know it.
    pub fn short(&self) -> &str {
        self.hash.get(..SHORT_HASH).unwrap_or(&self.hash)
    }

    /// The digits of the hash that a comment names.
    pub fn digits(&self) -> &str {
        self.hash.get(..self.digits).unwrap_or(&self.hash)
    }
}
