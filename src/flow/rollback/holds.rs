//! Holds: what was taken back must not come back with the next pipeline.

use serde_json::json;

use crate::core::model::Actor;
use crate::core::model::deployment::{Hold, HoldReport};
use crate::core::model::journal::{Action, Event};
use crate::world::store::{Store, StoreError, event};

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
    let event = event(Action::HoldSet, actor, (account, environment), what);
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
        let details = json!({ "hold": id, "reason": reason });
        let event = event(Action::HoldCleared, actor, (account, environment), &details);
        store.append(&Event { service: Some(service.clone()), ..event }).await?;
    }
    Ok(())
}
