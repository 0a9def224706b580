//! Holds: what was taken back must not come back with the next pipeline.

use serde_json::{Map, Value};

use crate::core::model::deployment::{Hold, HoldReport};
use crate::core::model::journal::{Action, Actor, Event};
use crate::world::store::{Store, StoreError, new_op};

/// Keeps something from coming back, until somebody clears it. Answers the id of the hold.
///
/// # Errors
/// Where it cannot be written down.
pub async fn hold(
    store: &Store,
    actor: &Actor,
    (account, environment): (&str, &str),
    deployment: Option<&str>,
    service: &str,
    what: &HoldReport,
) -> Result<String, StoreError> {
    let details = match serde_json::to_value(what) {
        Ok(Value::Object(details)) => details,
        // Plain data always has a JSON form.
        _ => Map::new(),
    };
    let event = event(Action::HoldSet, actor, (account, environment), details);
    let event =
        Event { deployment: deployment.map(str::to_owned), service: Some(service.into()), ..event };
    store.append(&event).await?;
    Ok(event.op)
}

/// Clears holds, so that what was taken back may be deployed again.
///
/// # Errors
/// Where it cannot be written down.
pub(super) async fn clear(
    store: &Store,
    actor: &Actor,
    holds: &[Hold],
    reason: &str,
) -> Result<(), StoreError> {
    for Hold { id, account, environment, service, .. } in holds {
        let details = Map::from_iter([
            ("hold".to_owned(), Value::from(id.as_str())),
            ("reason".to_owned(), Value::from(reason)),
        ]);
        let event = event(Action::HoldCleared, actor, (account, environment), details);
        store.append(&Event { service: Some(service.clone()), ..event }).await?;
    }
    Ok(())
}

fn event(
    action: Action,
    actor: &Actor,
    (account, environment): (&str, &str),
    details: Map<String, Value>,
) -> Event {
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
