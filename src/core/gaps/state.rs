//! The D1 database in which clodo keeps its state, where `clodo.yml` names one: without it no
//! environment can be deployed.

use super::resource::{Creation, Resource};
use super::{Need, State, presence, word};
use crate::core::model::account::Snapshot;

/// The name of the database, and where somebody looked the account that has it.
pub(super) fn need(name: &str, snapshot: Option<&Snapshot>) -> Need {
    let account = snapshot.and_then(|snapshot| snapshot.account(None));
    let state = account.map_or(State::Unknown, |account| presence::database(account, name));
    let close = match state {
        State::Present => String::new(),
        _ => format!("wrangler d1 create {}", word(name)),
    };
    Need { capability: format!("state:{name}"), title: format!("State in D1 {name}"), state, close }
}

/// What is to be made where the account does not have it.
pub(super) fn creation(name: &str, snapshot: &Snapshot) -> Option<Creation> {
    let account = snapshot.account(None)?;
    let missing = presence::database(account, name) == State::Missing;
    // No name begins with a hyphen, and Wrangler would take it for a flag.
    (missing && !name.starts_with('-')).then(|| Creation {
        account: account.id.clone(),
        resource: Resource::D1Database { name: name.to_owned(), jurisdiction: None },
        adopted: None,
        users: vec!["clodo's state".to_owned()],
        folder: String::new(),
        writes: Vec::new(),
    })
}
