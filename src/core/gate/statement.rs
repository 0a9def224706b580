//! What a person signs who approves or rejects a plan on the own machine.

use jiff::Timestamp;
use serde_json::json;

use super::approval::Choice;
use crate::core::canonical::canonical;

/// The namespace of the signature, so that one that was made for something else is none
/// (`ssh-keygen -Y sign -n`).
pub const NAMESPACE: &str = "clodo-approval-v1";

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The hash of the plan: all 64 digits.
    pub hash: &'a str,
    /// The environment, as `clodo.yml` names it.
    pub environment: &'a str,
    /// Yes or no.
    pub choice: Choice,
    /// The number by which the forge knows the person.
    pub person: &'a str,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<&'a str>,
}

impl Statement<'_> {
    /// The text: canonical JSON (RFC 8785).
    pub fn text(&self) -> String {
        let Self { hash, environment, choice, person, at, reason } = self;
        let choice = match choice {
            Choice::Approve => "approve",
            Choice::Reject => "reject",
        };
        canonical(&json!({
            "statement": NAMESPACE, "hash": hash, "environment": environment, "choice": choice,
            "person": person, "at": at.to_string(), "reason": reason,
        }))
    }
}
