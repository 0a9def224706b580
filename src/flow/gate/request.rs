//! Requests: the plans that people were asked to approve, as the journal tells.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::case::Case;
use super::record::used;
use crate::core::canonical::canonical;
use crate::core::deployment::differences;
use crate::core::gate::Shown;
use crate::core::model::Actor;
use crate::core::model::gate::Asked;
use crate::core::model::journal::Action;
use crate::core::plan::is_rest;
use crate::world::store::{EntryFilter, Store, StoreError, event};

/// How many requests are read back. A hash that begins like another is looked for among them.
const READ_BACK: u64 = 1000;

/// A plan that people were asked to approve.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// What was asked.
    pub(super) asked: Asked,
    /// The account.
    pub(super) account: String,
    /// The environment.
    pub(super) environment: String,
    /// When, by the clock of the store.
    pub(super) at: Timestamp,
}

impl Request {
    /// Whether it was made by an attempt of a run.
    pub(super) fn is_by(&self, (run, attempt): (Option<&str>, Option<u64>)) -> bool {
        (self.asked.run.as_deref(), self.asked.attempt) == (run, attempt)
    }

    /// Whether it is of an environment of an account.
    pub(super) fn is_of(&self, (account, environment): (&str, &str)) -> bool {
        self.account == account && self.environment == environment
    }
}

/// The requests of all environments, the oldest first.
pub(super) async fn requests(store: &Store) -> Result<Vec<Request>, StoreError> {
    let filter = EntryFilter {
        action: Some(Action::ApprovalRequested),
        limit: Some(READ_BACK),
        newest_first: true,
        ..EntryFilter::default()
    };
    let mut requests = Vec::new();
    for entry in store.entries(&filter).await?.into_iter().rev() {
        let event = entry.event;
        let asked = serde_json::from_value(Value::Object(event.details));
        let asked = asked
            .map_err(|error| StoreError::Unreadable(format!("entry {}: {error}", entry.seq)))?;
        let (account, environment) = (event.account, event.environment);
        requests.push(Request { asked, account, environment, at: to_the_second(entry.at) });
    }
    Ok(requests)
}

/// Forges tell times to the second: what is written in the same second is written after it.
fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// The plans that were shown, for those who read commands.
pub(super) fn shown(requests: &[Request], account: &str) -> Vec<Shown> {
    let here = requests.iter().filter(|request| request.account == account);
    let shown = |request: &Request| Shown {
        environment: request.environment.clone(),
        hash: request.asked.hash.clone(),
        at: request.at,
    };
    here.map(shown).collect()
}

/// The hash that people approve. A deployment that was left goes on under its own, if the plan is the
/// same but for what it changed itself.
pub(super) fn hash<'c>(case: &Case<'c>, place: (&str, &str), requests: &[Request]) -> &'c str {
    let left = case.resumes.filter(|left| {
        let mut of = requests.iter().filter(|one| one.is_of(place) && one.asked.hash == *left);
        of.next().is_some_and(|one| is_rest(&one.asked.fields, &case.plan.fields()))
    });
    left.unwrap_or(&case.plan.hash)
}

/// What differs from the plan that people were asked about before this one, if that still waits: what
/// was deployed meanwhile is no question any more.
pub(super) async fn superseded(
    store: &Store,
    requests: &[Request],
    place: (&str, &str),
    hash: &str,
    fields: &BTreeMap<String, Value>,
) -> Result<Vec<String>, StoreError> {
    let mut here = requests.iter().rev().filter(|request| request.is_of(place));
    let Some(earlier) = here.find(|request| request.asked.hash != hash) else {
        return Ok(Vec::new());
    };
    if !used(store, place, &earlier.asked.hash, earlier.at).await?.is_empty() {
        return Ok(Vec::new());
    }
    // What was read back from the journal is canonical: `100` there is `100.0` here.
    let table = |fields: &BTreeMap<String, Value>| {
        let table = fields.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        serde_json::from_str(&canonical(&Value::Object(table))).unwrap_or_default()
    };
    Ok(differences(&table(&earlier.asked.fields), &table(fields)))
}

/// Writes down that people are asked.
pub(super) async fn ask(
    store: &Store,
    actor: &Actor,
    (account, environment): (&str, &str),
    asked: &Asked,
) -> Result<(), StoreError> {
    let event = event(Action::ApprovalRequested, actor, (account, environment), asked);
    store.append(&event).await.map(|_| ())
}
