//! What is not passed on.
//!
//! No secret is ever written into the journal. What looks like one all the same, in the words of a
//! person or of another program, is covered on its way out. Names of people are facts of the journal
//! and hashed with it; who passes it on can have them replaced.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::core::conceal::conceal;
use crate::core::model::Span;
use crate::core::model::journal::{Action, Entry};
use crate::core::secrets::find;

/// What of the details of an action names nobody, by its path. All else may: what people write, what
/// other programs say, links, branches, and whatever an action says one day.
fn impersonal(action: Action) -> &'static [&'static str] {
    match action {
        Action::DeploymentStarted => &["kind", "commit", "plan", "emergency", "of", "services"],
        Action::StepStarted | Action::StepDone | Action::StepFailed | Action::ServiceFinished => &[
            "step",
            "progress.state",
            "progress.stub",
            "progress.version",
            "progress.cloudflare_deployment",
            "progress.code.digest",
            "progress.code.raw_bytes",
            "progress.code.gzip_bytes",
            "progress.healthy",
            "progress.bookmarks",
            "progress.migrations",
            "progress.took_ms",
        ],
        Action::HoldSet => &["worker", "version", "code", "commit"],
        Action::HoldCleared => &["hold"],
        Action::LockForced => &["key", "op", "grace_ms"],
        Action::DataChanged => &[
            "database",
            "name",
            "what",
            "bookmark",
            "from.database",
            "from.name",
            "to",
            "migrations",
            "not_run",
            "same",
            "outcome",
        ],
        Action::Checkpoint => &["size"],
        Action::ApprovalRequested => &["hash", "commit", "attempt"],
        Action::ApprovalGiven => &["hash", "approved", "at"],
        Action::GateDecided => {
            &["hash", "decision", "policy", "claim", "approvals.method", "approvals.at"]
        }
        Action::FreezeSet => &["environments", "services", "from", "to", "zone", "repeat"],
        Action::FreezeEnded => &["freeze"],
        Action::DeploymentResumed
        | Action::DeploymentFinished
        | Action::ExternalChange
        | Action::EmergencyReviewed => &[],
    }
}

/// What of a value at a path may stay; `None` where nothing may.
fn kept(value: Value, path: &str, paths: &[&str]) -> Option<Value> {
    if paths.contains(&path) {
        return Some(value);
    }
    let leads = |known: &&str| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    match value {
        Value::Object(fields) if paths.iter().any(leads) => {
            let fields = fields.into_iter().filter_map(|(name, value)| {
                let value = kept(value, &format!("{path}.{name}"), paths)?;
                Some((name, value))
            });
            Some(fields.collect())
        }
        Value::Array(items) => {
            let items: Vec<Value> =
                items.into_iter().filter_map(|item| kept(item, path, paths)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        _ => None,
    }
}

/// An entry without anything in its details that looks like a secret.
pub(super) fn covered(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    entry.event.details.values_mut().for_each(cover);
    entry
}

fn cover(value: &mut Value) {
    match value {
        Value::String(text) => {
            let span = |range: std::ops::Range<usize>| Span::new(range.start, range.end);
            let spans: Vec<Span> = find(text).map(|secret| span(secret.range)).collect();
            conceal(text, &spans);
        }
        Value::Array(items) => items.iter_mut().for_each(cover),
        Value::Object(fields) => fields.values_mut().for_each(cover),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Other names for people: the same person always has the same.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    numbers: BTreeMap<(String, String), usize>,
}

impl Pseudonyms {
    /// An entry in which nobody is named, and without the hashes: of whom it names, they would tell
    /// whether a guess is right.
    pub fn of(&mut self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        let actor = &mut entry.event.actor;
        let next = self.numbers.len() + 1;
        let person = (actor.issuer.clone(), actor.id.clone());
        actor.id = format!("person-{}", self.numbers.entry(person).or_insert(next));
        let paths = impersonal(entry.event.action);
        let details = std::mem::take(&mut entry.event.details).into_iter();
        let details = details.filter_map(|(name, value)| {
            let value = kept(value, &name, paths)?;
            Some((name, value))
        });
        entry.event.details = details.collect();
        entry.prev.clear();
        entry.hash.clear();
        entry
    }
}
