//! `workers/services/:name/environments/production`: the configuration of a Worker, which Wrangler
//! compares with its own where the Worker was last deployed from the dashboard (cli.js:182914). None of
//! it is in the published description. Every Worker has this one environment.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde_json::{Value, json};

use super::{script, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::NO_VERSIONS;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::Script;

const ENVIRONMENT: &str =
    "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(ENVIRONMENT, Permission::WORKERS_READ, environment)
        .get(
            "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}/bindings",
            Permission::WORKERS_READ,
            bindings,
        )
        .get(
            "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}/routes",
            Permission::WORKERS_READ,
            routes_of,
        )
        .get(
            "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}/subdomain",
            Permission::WORKERS_READ,
            subdomain,
        )
        .into()
}

/// The account, the Worker and the environment of a path.
type OfEnvironment = Path<(String, String, String)>;

/// The one environment of a Worker.
pub(super) fn of_script(state: &State, name: &str, script: &Script) -> Value {
    let mut code = shown::script(state, name, script);
    code["deployment_id"] = json!(script.deployment().map(|deployment| &deployment.id));
    code["limits"] = json!(script.latest().and_then(|latest| latest.limits.as_ref()));
    json!({
        "environment": "production", "created_on": script.created_on,
        "modified_on": script.modified_on, "script": code,
    })
}

async fn environment(Of(sandbox): Of<Shared>, Path((_, name, _)): OfEnvironment) -> Reply {
    let state = sandbox.state();
    ok(of_script(&state, &name, script(&state, &name)?))
}

async fn bindings(Of(sandbox): Of<Shared>, Path((_, name, _)): OfEnvironment) -> Reply {
    let state = sandbox.state();
    ok(shown::bindings(script(&state, &name)?.latest().ok_or(NO_VERSIONS)?))
}

async fn routes_of(Of(sandbox): Of<Shared>, Path((_, name, _)): OfEnvironment) -> Reply {
    let state = sandbox.state();
    script(&state, &name)?;
    let routes = state.zones.0.iter().flat_map(|zone| {
        let own = zone.routes.iter().filter(|route| route.script.as_deref() == Some(&*name));
        own.map(|route| {
            json!({
                "id": route.id, "pattern": route.pattern, "zone_name": zone.name,
                "zone_id": zone.id, "script": name,
            })
        })
    });
    ok(routes.collect::<Vec<_>>())
}

async fn subdomain(Of(sandbox): Of<Shared>, Path((_, name, _)): OfEnvironment) -> Reply {
    ok(script(&sandbox.state(), &name)?.subdomain)
}
