//! For programs: `clodo.history/1`, described in `docs/history.md`.

use serde_json::{Value, json};

use crate::core::comparison::took;
use crate::core::model::deployment::Deployment;
use crate::core::model::journal::Entry;

/// The version of the form.
pub const HISTORY_SCHEMA: &str = "clodo.history/1";

/// Deployments, the newest first.
pub fn json(deployments: &[Deployment]) -> Value {
    json!({
        "schema": HISTORY_SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "deployments": deployments.iter().map(shown).collect::<Vec<_>>(),
    })
}

/// One deployment, and what the journal has of it.
pub fn json_of_one(deployment: &Deployment, entries: &[Entry]) -> Value {
    let mut all = json(std::slice::from_ref(deployment));
    all["entries"] = json!(entries);
    all
}

fn shown(deployment: &Deployment) -> Value {
    let mut shown = json!(deployment);
    shown["duration_ms"] = json!(took(deployment));
    shown
}
