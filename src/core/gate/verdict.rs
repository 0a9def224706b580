//! What the gate answers, in a form that can be shown and acted on.

use jiff::Timestamp;

use super::Claim;
use super::approval::{Approval, Void};
use super::people::Principal;

/// What the gate answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer.
    pub decision: Decision,
    /// The requirements that apply, each with those who meet it.
    pub met: Vec<Met>,
    /// What was found and does not count, and why.
    pub void: Vec<(Approval, Void)>,
    /// What was claimed and accepted.
    pub claim: Option<Claim>,
    /// Whether it is open only because of an emergency.
    pub emergency: bool,
    /// When the window closes that is open now.
    pub closes: Option<Timestamp>,
}

/// Yes, not yet, or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be deployed.
    Open,
    /// Something is missing that can still come.
    Waiting(Vec<Waits>),
    /// It may not be deployed; why.
    Denied(String),
}

/// What a deployment waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// People.
    Approvals {
        /// How many.
        missing: usize,
        /// Of whom.
        of: Vec<Principal>,
    },
    /// A window that opens.
    Window {
        /// When; `None` where none of them ever does.
        opens: Option<Timestamp>,
    },
    /// The end of a freeze.
    Freeze {
        /// Why it is frozen.
        reason: String,
        /// Until when; `None` where nobody set an end.
        until: Option<Timestamp>,
    },
}

/// A requirement, and who meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// Of whom.
    pub any_of: Vec<Principal>,
    /// How many.
    pub needed: usize,
    /// The approvals that count for it: at most as many as are needed, each of another person.
    pub given: Vec<Approval>,
}

impl Verdict {
    /// Whether it may be deployed.
    pub fn is_open(&self) -> bool {
        self.decision == Decision::Open
    }

    pub(super) fn denied(self, why: impl Into<String>) -> Self {
        Self { decision: Decision::Denied(why.into()), ..self }
    }
}
