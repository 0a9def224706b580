//! What the record of a project says of its gate.

use clodo::core::model::journal::{Action, Entry};
use clodo::world::store::{EntryFilter, Place as StatePlace, Store};
use serde_json::Value;

use crate::deploy::place::Place;

/// What the journal says of an action, the oldest first.
pub(super) fn entries(place: &Place, action: Action) -> Vec<Entry> {
    let state = StatePlace::Sqlite(place.tree.at(".clodo/state.db"));
    let filter = EntryFilter { action: Some(action), ..EntryFilter::default() };
    place.stand.runtime.block_on(async {
        let store = Store::open(&state).await.expect("a store");
        store.entries(&filter).await.expect("entries")
    })
}

/// The hash of the plan that people were asked about last.
pub(super) fn asked(place: &Place) -> String {
    let entries = entries(place, Action::ApprovalRequested);
    let last = entries.last().expect("a request");
    last.event.details["hash"].as_str().expect("a hash").to_owned()
}

/// What the gate decided, the oldest first.
pub(super) fn decided(place: &Place) -> Vec<Value> {
    let entries = entries(place, Action::GateDecided).into_iter();
    entries.map(|entry| Value::Object(entry.event.details)).collect()
}
