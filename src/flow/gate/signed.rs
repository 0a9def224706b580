//! What was said by `clodo approve` and `clodo reject`: answers in the journal, each signed by a key
//! that the forge publishes for the person. Whoever may write the journal cannot make one.

use serde_json::Value;

use super::GateError;
use super::people::Vote;
use super::reach::about;
use crate::core::gate::{Choice, Method, Statement, is_signed};
use crate::core::model::gate::Answer;
use crate::core::model::journal::{Action, Entry, Event};
use crate::world::forge::Evidence;
use crate::world::store::{EntryFilter, Store, StoreError};

/// How many answers are read back.
const READ_BACK: u64 = 1000;

/// The answers to the plan of a hash, and what was left aside.
pub(super) async fn votes(
    store: &Store,
    evidence: &dyn Evidence,
    place: (&str, &str),
    hash: &str,
) -> Result<(Vec<Vote>, Vec<String>), GateError> {
    let filter = EntryFilter {
        action: Some(Action::ApprovalGiven),
        limit: Some(READ_BACK),
        newest_first: true,
        ..EntryFilter::default()
    };
    let (mut votes, mut notes) = (Vec::new(), Vec::new());
    for entry in store.entries(&filter).await? {
        let event = &entry.event;
        if (&*event.account, &*event.environment) != place {
            continue;
        }
        let answer = answer(&entry)?;
        if answer.hash != hash {
            continue;
        }
        match verified(evidence, event, answer).await? {
            Ok(vote) => votes.push(vote),
            Err(why) => notes.push(why),
        }
    }
    Ok((votes, notes))
}

fn answer(entry: &Entry) -> Result<Answer, StoreError> {
    let details = Value::Object(entry.event.details.clone());
    serde_json::from_value(details)
        .map_err(|error| StoreError::Unreadable(format!("entry {}: {error}", entry.seq)))
}

/// The answer of somebody whose name on the forge is still the same, signed by one of the keys that
/// it publishes; else why it is left aside.
async fn verified(
    evidence: &dyn Evidence,
    event: &Event,
    answer: Answer,
) -> Result<Result<Vote, String>, GateError> {
    let (login, environment) = (&event.actor.id, &event.environment);
    let account = evidence.account(login).await.map_err(about("who answered"))?;
    let Some(by) = account.filter(|account| account.id == answer.person) else {
        return Ok(Err(format!("an answer of {login} does not count: the name is another's now")));
    };
    let keys = evidence.signing_keys(&by).await;
    let keys = keys.map_err(about("by which keys somebody signs"))?;
    let choice = if answer.approved { Choice::Approve } else { Choice::Reject };
    let statement = Statement {
        hash: &answer.hash,
        environment,
        choice,
        person: &answer.person,
        at: answer.at,
        reason: answer.reason.as_deref(),
    };
    let text = statement.text();
    if !keys.iter().any(|key| is_signed(&answer.signature, key, &text)) {
        return Ok(Err(format!(
            "an answer of {login} does not count: none of the keys that the forge publishes signed it"
        )));
    }
    let (hash, environment) = (answer.hash, environment.clone());
    Ok(Ok(Vote { by, choice, hash, environment, at: answer.at, method: Method::CommandLine }))
}
