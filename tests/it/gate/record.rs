//! What the record of a project says of its gate.

use clodo::core::model::journal::{Action, Entry, Event};
use clodo::world::store::{EntryFilter, Place as StatePlace, Store};
use serde_json::Value;

use crate::deploy::place::Place;

/// What the journal says of an action, the oldest first.
pub(super) fn entries(place: &Place, action: Action) -> Vec<Entry> {
    let filter = EntryFilter { action: Some(action), ..EntryFilter::default() };
    with_store(place, async |store| store.entries(&filter).await.expect("entries"))
}

/// Writes an event into the journal.
pub(super) fn append(place: &Place, event: &Event) {
    with_store(place, async |store| store.append(event).await.expect("an entry"));
}

fn with_store<T>(place: &Place, act: impl AsyncFnOnce(Store) -> T) -> T {
    let state = StatePlace::Sqlite(place.tree.at(".clodo/state.db"));
    let acts = async { act(Store::open(&state).await.expect("a store")).await };
    place.stand.runtime.block_on(acts)
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
