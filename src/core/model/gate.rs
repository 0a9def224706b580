//! What the journal says of the gate: who was asked, who answered, what was decided, and freezes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A plan that people were asked to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The hash: 64 hexadecimal digits.
    pub hash: String,
    /// The repository, as the forge names it: `owner/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The commit that was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The pull request that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// The run that planned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Which attempt of it: a run that is started again waits for people again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u64>,
    /// What people had answered to the run before this was shown: the number of the person, the word
    /// and the environment. Forges do not tell when, and these are not for this plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<String>,
    /// What the hash stands for, field by field: what tells later what has changed.
    pub fields: BTreeMap<String, Value>,
}

/// Somebody's word on a plan, given by `clodo approve` or `clodo reject`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The hash of the plan.
    pub hash: String,
    /// Yes or no.
    pub approved: bool,
    /// The number by which the forge knows the person.
    pub person: String,
    /// When, by the clock of the person's machine.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The signature of the statement (OpenSSH's `SSH SIGNATURE`).
    pub signature: String,
}

/// What the gate decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The hash of the plan.
    pub hash: String,
    /// `open`, `waiting` or `denied`.
    pub decision: String,
    /// The digest of the policy.
    pub policy: String,
    /// Whose approvals counted, and where each was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Counted>,
    /// Who let the run go on at the CI system, which counts for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<Released>,
    /// What was claimed: `emergency` or `override`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Who claimed it: the forge and the number of the person there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Why it was claimed, or denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

/// An approval that counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The forge and the number of the person there: `github.com/7`.
    pub person: String,
    /// The name.
    pub login: String,
    /// Where it was given: [`crate::core::gate::Method::as_str`].
    pub method: String,
    /// When.
    pub at: Timestamp,
}

/// A job that holds a run back, and that somebody let go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The job.
    pub job: String,
    /// Who, by the name or the number that the CI system has for the person.
    pub by: String,
}

/// A freeze.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeReport {
    /// Why.
    pub reason: String,
    /// The environments; all where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<String>,
    /// The services; all where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// When it begins, by the clock of its zone.
    pub from: DateTime,
    /// When it ends, not included; `None` until somebody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime>,
    /// The zone, by its name in the time zone database.
    pub zone: String,
    /// How often it comes: `once`, `daily`, `weekly`, `monthly`, `yearly`.
    pub repeat: String,
}
