//! Cron triggers.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::json;

use super::{OfScript, script, script_mut};
use crate::core::config::cron;
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::{INVALID_CRON, TOO_MANY_CRONS};
use crate::server::sandbox::state::workers::Schedule;

const SCHEDULES: &str = "/accounts/{account_id}/workers/scripts/{script_name}/schedules";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(SCHEDULES, Permission::WORKERS_READ, schedules)
        .put(SCHEDULES, Permission::WORKERS_WRITE, replace)
        .into()
}

async fn schedules(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    ok(json!({ "schedules": script(&sandbox.state(), &name)?.schedules }))
}

#[derive(Deserialize)]
struct Wanted {
    cron: String,
}

/// Sets all crons of a Worker. Over the limit of the account even none are refused
/// (workers-sdk#15194).
async fn replace(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Json(wanted): Json<Vec<Wanted>>,
) -> Reply {
    if let Some(bad) = wanted.iter().find(|one| cron::parse(&one.cron).is_err()) {
        return Err(INVALID_CRON.saying(format!("Invalid cron expression: {}", bad.cron)));
    }
    sandbox.store.change(|state| {
        script(state, &name)?;
        let others = state.workers.scripts.iter().filter(|(other, _)| **other != name);
        let others: usize = others.map(|(_, script)| script.schedules.len()).sum();
        if let Some(limit) = state.limits.crons.filter(|limit| others + wanted.len() > *limit) {
            return Err(TOO_MANY_CRONS.saying(format!(
                "This account has reached the limit of {limit} cron triggers per account."
            )));
        }
        let script = script_mut(state, &name)?;
        let now = sandbox.source.now();
        let schedules = wanted.into_iter().map(|Wanted { cron }| {
            let old = script.schedules.iter().find(|old| old.cron == cron);
            let created_on = old.map_or_else(|| now.clone(), |old| old.created_on.clone());
            Schedule { cron, created_on, modified_on: now.clone() }
        });
        script.schedules = schedules.collect();
        ok(json!({ "schedules": script.schedules }))
    })
}
