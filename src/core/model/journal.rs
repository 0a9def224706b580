//! The journal: every change of state, in an order that nobody can alter unnoticed.
//!
//! An [`Event`] is what somebody wants to write down. It becomes an [`Entry`] when the store gives
//! it its place: a number, a time, and a hash over itself and the hash before it. Who changes,
//! removes or reorders an entry breaks the chain, and [`Chain`] says where. A chain does not show
//! that its end was cut off, nor that all of it was made anew: checkpoints kept elsewhere do.
//!
//! What is hashed is the body: the canonical JSON (RFC 8785) of the event with its number and time,
//! without what is empty. Exactly these bytes are stored.

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::deployment::State;
use crate::core::canonical::{canonical, sha256};

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
    /// Data of a database was changed on request. Details: `database`, `what`, `bookmark`.
    DataChanged,
    /// A signed statement about the end of the chain was given away. Details: `size`, `hash`.
    Checkpoint,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 13] = [
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
        }
    }
}

/// Who did something, and how we know.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The name: `ana`.
    pub id: String,
    /// Who knows them by this name: `github`, `gitlab`, `local` …
    pub issuer: String,
    /// How it reached us: `pipeline` (the CI's variables), `cli` (the user of the machine) …
    pub method: String,
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
        entry.hash = hash(prev, &entry.body());
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

/// A chain that is checked, entry by entry, from the first on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// How many entries were right.
    pub length: u64,
    /// The hash of the last of them.
    pub head: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self { length: 0, head: GENESIS.to_owned() }
    }
}

/// The first entry at which a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {fault}")]
pub struct Broken {
    /// The number that it should have.
    pub seq: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An entry is missing, or stands elsewhere.
    #[error("entry {0} stands in its place")]
    OutOfPlace(u64),
    /// It does not name the hash of the entry before.
    #[error("it does not follow the entry before")]
    Unlinked,
    /// Its hash is not that of what it says.
    #[error("it is not what was written: its hash does not fit")]
    Altered,
    /// Its hash fits, and it cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl Chain {
    /// Checks the next entry.
    ///
    /// # Errors
    /// Where the chain is broken at it. The chain stays where it was.
    pub fn follow(&mut self, record: &Record) -> Result<(), Broken> {
        let seq = self.length + 1;
        let broken = |fault| Err(Broken { seq, fault });
        if record.seq != seq {
            return broken(Fault::OutOfPlace(record.seq));
        }
        if record.prev != self.head {
            return broken(Fault::Unlinked);
        }
        if record.hash != hash(&record.prev, &record.body) {
            return broken(Fault::Altered);
        }
        self.length = seq;
        self.head.clone_from(&record.hash);
        Ok(())
    }
}

/// Checks a whole journal, and answers its length and the hash of its last entry.
///
/// # Errors
/// Where it is broken: the first such entry.
pub fn verify<'a>(records: impl IntoIterator<Item = &'a Record>) -> Result<Chain, Broken> {
    let mut chain = Chain::default();
    for record in records {
        chain.follow(record)?;
    }
    Ok(chain)
}

fn hash(prev: &str, body: &str) -> String {
    sha256(&[DOMAIN, prev.as_bytes(), body.as_bytes()].concat())
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
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn event(n: usize, details: Value) -> Event {
        let Value::Object(details) = details else { panic!("an object") };
        Event {
            op: format!("01J{n:023}"),
            action: Action::ALL[n % Action::ALL.len()],
            actor: Actor { id: "ana".into(), issuer: "github".into(), method: "pipeline".into() },
            account: "0123456789abcdef0123456789abcdef".into(),
            environment: "production".into(),
            deployment: (n % 2 == 0).then(|| "d-1".into()),
            service: (n % 3 == 0).then(|| "api".into()),
            from: (n % 4 == 0).then_some(State::Running),
            to: (n % 4 == 0).then_some(State::Succeeded),
            fence: (n % 5 == 0).then(|| Fence { key: "a/b".into(), token: 7 }),
            details,
        }
    }

    fn journal(length: usize) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        for n in 0..length {
            let prev = records.last().map_or(GENESIS, |record| &record.hash);
            let at = Timestamp::from_millisecond(1_790_000_000_000 + n as i64).expect("a time");
            let entry = Entry::new(event(n, json!({ "n": n })), n as u64 + 1, at, prev);
            records.push(entry.record());
        }
        records
    }

    /// What is hashed is an interface: others check it without clodo.
    #[test]
    fn the_body_has_one_form() {
        let at = "2026-11-22T22:31:11.1Z".parse().expect("a time");
        let entry = Entry::new(event(30, json!({ "b": 1, "a": "\u{e9}" })), 1, at, GENESIS);
        assert_eq!(
            entry.body(),
            "{\"account\":\"0123456789abcdef0123456789abcdef\",\"action\":\"step-done\",\
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

    #[test]
    fn what_is_missing_or_elsewhere_is_found() {
        let whole = journal(6);
        assert_eq!(verify(&whole).map(|chain| chain.length), Ok(6));
        for at in 0..5 {
            let mut cut = whole.clone();
            cut.remove(at);
            assert_eq!(verify(&cut).expect_err("one is missing").seq, at as u64 + 1);
            let mut swapped = whole.clone();
            swapped.swap(at, at + 1);
            assert_eq!(verify(&swapped).expect_err("two are swapped").seq, at as u64 + 1);
        }
        // The end that is cut off is what a chain cannot show.
        assert_eq!(verify(&whole[..5]).map(|chain| chain.length), Ok(5));
    }

    proptest! {
        #[test]
        fn any_change_of_one_byte_is_found(at in 0_usize..6, place: prop::sample::Index, bit in 0_u8..7, field in 0..3) {
            let mut records = journal(6);
            let record = &mut records[at];
            let text = match field {
                0 => &mut record.body,
                1 => &mut record.prev,
                _ => &mut record.hash,
            };
            let mut bytes = text.clone().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] ^= 1_u8 << bit;
            *text = String::from_utf8(bytes).expect("ASCII stays ASCII");
            prop_assert_eq!(verify(&records).expect_err("it was changed").seq, at as u64 + 1);
        }

        #[test]
        fn any_change_of_a_number_is_found(at in 0_usize..6, seq in 0_u64..20) {
            let mut records = journal(6);
            prop_assume!(records[at].seq != seq);
            records[at].seq = seq;
            prop_assert_eq!(verify(&records).expect_err("it was changed").seq, at as u64 + 1);
        }
    }
}
