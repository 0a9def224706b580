//! `workers.dev`: the subdomain of the account, and whether a Worker is reached there.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::json;

use super::{OfScript, script, script_mut};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::{
    NO_SUBDOMAIN, SUBDOMAIN_FREE, SUBDOMAIN_NEEDED, SUBDOMAIN_TAKEN,
};
use crate::server::sandbox::state::workers::Subdomain;

const ACCOUNT: &str = "/accounts/{account_id}/workers/subdomain";
const SCRIPT: &str = "/accounts/{account_id}/workers/scripts/{script_name}/subdomain";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(ACCOUNT, Permission::WORKERS_READ, subdomain)
        .put(ACCOUNT, Permission::WORKERS_WRITE, register)
        .delete(ACCOUNT, Permission::WORKERS_WRITE, release)
        .get("/accounts/{account_id}/workers/subdomains/{name}", Permission::WORKERS_READ, is_free)
        .get("/accounts/{account_id}/workers/account-settings", Permission::WORKERS_READ, settings)
        .get(SCRIPT, Permission::WORKERS_READ, of_script)
        .post(SCRIPT, Permission::WORKERS_WRITE, enable)
        .delete(SCRIPT, Permission::WORKERS_WRITE, disable)
        .into()
}

async fn subdomain(Of(sandbox): Of<Shared>) -> Reply {
    let state = sandbox.state();
    let subdomain = state.workers.subdomain.as_ref().ok_or(NO_SUBDOMAIN)?;
    ok(json!({ "subdomain": subdomain }))
}

#[derive(Deserialize)]
struct Wanted {
    subdomain: String,
}

async fn register(Of(sandbox): Of<Shared>, Json(wanted): Json<Wanted>) -> Reply {
    sandbox.store.change(|state| {
        // One that is registered is changed in the dashboard only.
        if state.workers.subdomain.is_some() {
            return Err(SUBDOMAIN_TAKEN.into());
        }
        state.workers.subdomain = Some(wanted.subdomain.clone());
        ok(json!({ "subdomain": wanted.subdomain }))
    })
}

async fn release(Of(sandbox): Of<Shared>) -> Reply {
    sandbox.store.change(|state| {
        state.workers.subdomain.take().ok_or(NO_SUBDOMAIN)?;
        ok(serde_json::Value::Null)
    })
}

/// Not in the published description. Both answers are errors; nobody else is in a sandbox, so that
/// every name but the account's own is free.
async fn is_free(Of(sandbox): Of<Shared>, Path((_, name)): Path<(String, String)>) -> Reply {
    let is_own = sandbox.state().workers.subdomain.as_deref() == Some(&*name);
    Err(if is_own { SUBDOMAIN_TAKEN } else { SUBDOMAIN_FREE }.into())
}

async fn settings() -> Reply {
    ok(json!({ "default_usage_model": "standard", "green_compute": false }))
}

async fn of_script(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    ok(script(&sandbox.state(), &name)?.subdomain)
}

#[derive(Deserialize)]
struct Change {
    enabled: bool,
    previews_enabled: Option<bool>,
}

async fn enable(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Json(change): Json<Change>,
) -> Reply {
    sandbox.store.change(|state| {
        let has_subdomain = state.workers.subdomain.is_some();
        let script = script_mut(state, &name)?;
        if change.enabled && !has_subdomain {
            return Err(SUBDOMAIN_NEEDED.into());
        }
        let previews_enabled = change.previews_enabled.unwrap_or(script.subdomain.previews_enabled);
        script.subdomain = Subdomain { enabled: change.enabled, previews_enabled };
        ok(script.subdomain)
    })
}

async fn disable(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        script.subdomain = Subdomain::default();
        ok(script.subdomain)
    })
}
