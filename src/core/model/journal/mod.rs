//! The journal: every change of state, in an order that nobody can alter unnoticed.
//!
//! An [`Event`] is what somebody wants to write down. It becomes an [`Entry`] when the store gives
//! it its place: a number, a time, and a hash over itself and the hash before it. Who changes,
//! removes or reorders an entry breaks the chain, and [`Chain`] says where. A chain does not show
//! that its end was cut off, nor that all of it was made anew: checkpoints kept elsewhere do.
//!
//! What is hashed is the body: the canonical JSON (RFC 8785) of the event with its number and time,
//! without what is empty. Exactly these bytes are stored.

mod chain;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::Actor;
use super::deployment::State;
use crate::core::canonical::{canonical, sha256_of};

pub use chain::{Broken, Chain, Fault, Written, verify};

/// What stands before every hash, so that a hash of the journal is a hash of nothing else.
const DOMAIN: &[u8] = b"clodo-audit-v1\0";

/// What stands as the hash before the first entry.
pub const GENESIS: &str = "genesis";

/// A change of state that has no place in the journal yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// A ULID. An event that is appended a second time under the same id is written once.
    pub op: String,
    /// What happened.
    pub action: Action,
    /// Who did it.
    pub actor: Actor,
    /// The id of the account.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// The environment, by the name that the user types; empty is the top level.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub environment: String,
    /// The deployment that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// The service that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The state of the deployment before; `None` before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    /// The state of the deployment after; `None` where the event leaves the state alone, and then
    /// [`Event::from`] is not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<State>,
    /// The lock under which it was done. The store refuses the event when the lock is another's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fence: Option<Fence>,
    /// What else there is to say: see [`Action`]. Never a secret.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

/// What happened. An action that is added comes with a new version of the store's schema, so that
/// an older clodo says that it is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A deployment or a rollback begins. Details: [`super::deployment::Start`].
    DeploymentStarted,
    /// Another run goes on with a deployment that was left.
    DeploymentResumed,
    /// A step of a service begins. Details: [`super::deployment::StepReport`].
    StepStarted,
    /// A step of a service is done. Details: [`super::deployment::StepReport`].
    StepDone,
    /// A step of a service failed. Details: [`super::deployment::StepReport`].
    StepFailed,
    /// A service of a deployment has its outcome. Details: [`super::deployment::StepReport`],
    /// without a step.
    ServiceFinished,
    /// A deployment has its outcome. Details: `reason`, where it is not success.
    DeploymentFinished,
    /// A version must not come back. Details: [`super::deployment::HoldReport`].
    HoldSet,
    /// It may again. Details: `hold`, the id of the event that set it, and `reason`.
    HoldCleared,
    /// A lock was taken from its holder. Details: `key`, `holder`, `reason`.
    LockForced,
    /// Somebody else changed what is live. Details: what was expected, what was found.
    ExternalChange,
    /// Data of a database are changed on request. Details: `database`, `what`, `bookmark`. `what` is
    /// `migrate`, `restore` or `copy` before it is done, and `migrated`, `restored` or `copied` when it
    /// is; where it did not end well it is the word of before, with an `outcome`: `failed` or
    /// `unknown`.
    DataChanged,
    /// A signed statement about the end of the chain was given away. Details: `size`, `hash`.
    Checkpoint,
    /// People are asked to approve a plan. Details: [`super::gate::Asked`].
    ApprovalRequested,
    /// Somebody approved or rejected a plan by `clodo approve` or `clodo reject`. Details:
    /// [`super::gate::Answer`].
    ApprovalGiven,
    /// The gate decided, and a deployment went on or not. Details: [`super::gate::Decided`].
    GateDecided,
    /// Somebody looked at a deployment that was made in an emergency. Its `deployment` says which.
    /// Details: `reason`.
    EmergencyReviewed,
    /// Nothing is deployed for a time. Details: [`super::gate::FreezeReport`].
    FreezeSet,
    /// A freeze was ended. Details: `freeze`, the id of the event that set it, and `reason`.
    FreezeEnded,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 19] = [
        Self::DeploymentStarted,
        Self::DeploymentResumed,
        Self::StepStarted,
        Self::StepDone,
        Self::StepFailed,
        Self::ServiceFinished,
        Self::DeploymentFinished,
        Self::HoldSet,
        Self::HoldCleared,
        Self::LockForced,
        Self::ExternalChange,
        Self::DataChanged,
        Self::Checkpoint,
        Self::ApprovalRequested,
        Self::ApprovalGiven,
        Self::GateDecided,
        Self::EmergencyReviewed,
        Self::FreezeSet,
        Self::FreezeEnded,
    ];

    /// Its name: `deployment-started`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeploymentStarted => "deployment-started",
            Self::DeploymentResumed => "deployment-resumed",
            Self::StepStarted => "step-started",
            Self::StepDone => "step-done",
            Self::StepFailed => "step-failed",
            Self::ServiceFinished => "service-finished",
            Self::DeploymentFinished => "deployment-finished",
            Self::HoldSet => "hold-set",
            Self::HoldCleared => "hold-cleared",
            Self::LockForced => "lock-forced",
            Self::ExternalChange => "external-change",
            Self::DataChanged => "data-changed",
            Self::Checkpoint => "checkpoint",
            Self::ApprovalRequested => "approval-requested",
            Self::ApprovalGiven => "approval-given",
            Self::GateDecided => "gate-decided",
            Self::EmergencyReviewed => "emergency-reviewed",
            Self::FreezeSet => "freeze-set",
            Self::FreezeEnded => "freeze-ended",
        }
    }
}

impl Event {
    /// Of [`Action::DataChanged`], whether the data were changed as they should; `None` before, and
    /// where nobody knows.
    pub fn data_changed(&self) -> Option<bool> {
        let detail = |name: &str| self.details.get(name);
        match detail("what").and_then(Value::as_str)? {
            "migrated" => {
                let left = detail("not_run").and_then(Value::as_array);
                Some(left.is_none_or(Vec::is_empty))
            }
            "restored" | "copied" => Some(true),
            _ if detail("outcome").is_some_and(|outcome| outcome == "failed") => Some(false),
            _ => None,
        }
    }
}

/// A lock, and the number under which it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fence {
    /// The key of the lock: `account/environment[/service]`.
    pub key: String,
    /// The number: each holder of the lock has a higher one than the holder before.
    pub token: u64,
}

/// An event in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number; the first is 1.
    pub seq: u64,
    /// When it was written, by the clock of the store.
    #[serde(serialize_with = "millis")]
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The hash of the entry before; [`GENESIS`] before the first.
    pub prev: String,
    /// SHA-256 of `clodo-audit-v1\0`, [`Entry::prev`] and the body, as 64 hexadecimal digits.
    pub hash: String,
}

impl Entry {
    /// Gives an event its place after the entry with this hash.
    pub fn new(event: Event, seq: u64, at: Timestamp, prev: &str) -> Self {
        let mut entry = Self { seq, at, event, prev: prev.to_owned(), hash: String::new() };
        entry.hash = hash(prev.as_bytes(), entry.body().as_bytes());
        entry
    }

    /// What is hashed and stored.
    pub fn body(&self) -> String {
        // Plain data always has a JSON form.
        let event = serde_json::to_value(&self.event).unwrap_or_default();
        let mut body = match event {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        body.insert("seq".to_owned(), self.seq.into());
        body.insert("at".to_owned(), written(self.at).into());
        canonical(&Value::Object(body))
    }

    /// The record that the store keeps of it.
    pub fn record(&self) -> Record {
        let (prev, hash) = (self.prev.clone(), self.hash.clone());
        Record { seq: self.seq, body: self.body(), prev, hash }
    }
}

/// An entry as it is stored, not read yet: all that is needed to check the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub seq: u64,
    /// The bytes that are hashed.
    pub body: String,
    /// The hash of the entry before.
    pub prev: String,
    /// Its hash.
    pub hash: String,
}

#[derive(Deserialize)]
struct Body {
    seq: u64,
    at: Timestamp,
    #[serde(flatten)]
    event: Event,
}

impl Record {
    /// The entry that it is a record of.
    ///
    /// # Errors
    /// Where the body is not that of an event, or has another number.
    pub fn read(&self) -> Result<Entry, serde_json::Error> {
        let Body { seq, at, event } = serde_json::from_str(&self.body)?;
        if seq != self.seq {
            let why = format!("the body is that of entry {seq}, and stands at {}", self.seq);
            return Err(serde_json::Error::custom(why));
        }
        Ok(Entry { seq, at, event, prev: self.prev.clone(), hash: self.hash.clone() })
    }
}

fn hash(prev: &[u8], body: &[u8]) -> String {
    sha256_of(&[DOMAIN, prev, body])
}

/// A time as it is written in the journal: in UTC, with three digits after the second, so that
/// texts sort as times do.
pub fn written(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn millis<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&written(*at))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::core::canonical::sha256;

    pub(in crate::core::model::journal) fn event(n: usize, details: Value) -> Event {
        let Value::Object(details) = details else { panic!("an object") };
        Event {
            op: format!("01J{n:023}"),
            action: Action::ALL[n % Action::ALL.len()],
            actor: Actor { id: "ana".into(), issuer: "github".into(), method: "pipeline".into() },
            account: "0123456789abcdef0123456789abcdef".into(),
            environment: "production".into(),
            deployment: n.is_multiple_of(2).then(|| "d-1".into()),
            service: n.is_multiple_of(3).then(|| "api".into()),
            from: n.is_multiple_of(4).then_some(State::Running),
            to: n.is_multiple_of(4).then_some(State::Succeeded),
            fence: n.is_multiple_of(5).then(|| Fence { key: "a/b".into(), token: 7 }),
            details,
        }
    }

    /// What is hashed is an interface: others check it without clodo.
    #[test]
    fn the_body_has_one_form() {
        let at = "2026-11-22T22:31:11.1Z".parse().expect("a time");
        let event = event(30, json!({ "b": 1, "a": "\u{e9}" }));
        let entry = Entry::new(Event { action: Action::StepFailed, ..event }, 1, at, GENESIS);
        assert_eq!(
            entry.body(),
            "{\"account\":\"0123456789abcdef0123456789abcdef\",\"action\":\"step-failed\",\
             \"actor\":{\"id\":\"ana\",\"issuer\":\"github\",\"method\":\"pipeline\"},\
             \"at\":\"2026-11-22T22:31:11.100Z\",\"deployment\":\"d-1\",\
             \"details\":{\"a\":\"\u{e9}\",\"b\":1},\"environment\":\"production\",\
             \"fence\":{\"key\":\"a/b\",\"token\":7},\"op\":\"01J00000000000000000000030\",\
             \"seq\":1,\"service\":\"api\"}"
        );
        let written = format!("clodo-audit-v1\0genesis{}", entry.body());
        assert_eq!(entry.hash, sha256(written.as_bytes()));
        assert_eq!(entry.record().read().expect("readable"), entry);
    }

    #[test]
    fn names_are_those_that_are_stored() {
        for action in Action::ALL {
            assert_eq!(json!(action), json!(action.as_str()));
        }
        for state in State::ALL {
            assert_eq!(json!(state), json!(state.as_str()));
        }
    }
}
