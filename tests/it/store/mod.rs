//! The store: the same cases on SQLite, on the sandbox's D1 and on workerd's D1; and what only one of
//! them can do wrong.

mod cases;
pub(crate) mod d1;
mod files;
mod place;
mod workerd;

use std::path::Path;

use clodo::core::model::Actor;
use clodo::core::model::deployment::{Planned, Start, State, StepReport, Strategy};
use clodo::core::model::journal::{Action, Event};
use clodo::world::http::block_on;
use clodo::world::store::{self, Place, Store, new_deployment};
use serde::Serialize;

/// The account of all events here.
pub(crate) const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

/// A store in a file.
pub(crate) async fn in_file(path: &Path) -> Store {
    Store::open(&Place::Sqlite(path.to_owned())).await.expect("a store")
}

/// An event that changes nothing.
pub(crate) fn event(action: Action, details: impl Serialize) -> Event {
    assert!(serde_json::to_value(&details).is_ok_and(|details| details.is_object()));
    let actor = Actor { id: "ana".into(), issuer: "github".into(), method: "pipeline".into() };
    store::event(action, &actor, (ACCOUNT, "production"), &details)
}

/// The start of a deployment of services that are their own Workers.
pub(crate) fn start(services: &[&str]) -> Event {
    let planned = |&service: &&str| Planned {
        service: service.into(),
        worker: service.into(),
        strategy: Strategy::Staged,
    };
    let services = services.iter().map(planned).collect();
    let details = Start { services, ..Start::default() };
    let event = event(Action::DeploymentStarted, details);
    Event { deployment: Some(new_deployment()), to: Some(State::Running), ..event }
}

/// A later event of the same deployment.
pub(crate) fn next(start: &Event, action: Action, to: State) -> Event {
    let event = event(action, StepReport::default());
    let deployment = start.deployment.clone();
    Event { deployment, from: Some(State::Running), to: Some(to), ..event }
}

#[test]
fn sqlite_does_what_a_store_must() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = async {
        let store = in_file(&folder.path().join("state.db")).await;
        cases::all(&store).await;
    };
    block_on(all).expect("a runtime");
}
