//! Events that belong to no deployment.

use serde::Serialize;
use serde_json::{Map, Value};

use super::new_op;
use crate::core::model::Actor;
use crate::core::model::journal::{Action, Event};

/// An event of an environment of an account, both empty where it concerns the whole state, with an
/// operation of its own. The details are what becomes an object of JSON.
pub fn event(
    action: Action,
    actor: &Actor,
    (account, environment): (&str, &str),
    details: &impl Serialize,
) -> Event {
    let details = match serde_json::to_value(details) {
        Ok(Value::Object(details)) => details,
        // Plain data always has a JSON form.
        _ => Map::new(),
    };
    Event {
        op: new_op(),
        action,
        actor: actor.clone(),
        account: account.to_owned(),
        environment: environment.to_owned(),
        deployment: None,
        service: None,
        from: None,
        to: None,
        fence: None,
        details,
    }
}
