//! `workers/durable_objects/namespaces`: the classes of Durable Objects.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde_json::{Value, json};

use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::NO_SUCH_NAMESPACE;
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::workers::Namespace;

const NAMESPACES: &str = "/accounts/{account_id}/workers/durable_objects/namespaces";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(NAMESPACES, Permission::WORKERS_READ, namespaces)
        .get(
            "/accounts/{account_id}/workers/durable_objects/namespaces/{id}",
            Permission::WORKERS_READ,
            namespace,
        )
        .into()
}

fn shown(namespace: &Namespace) -> Value {
    json!({
        "id": namespace.id,
        "name": format!("{}_{}", namespace.script, namespace.class),
        "script": namespace.script,
        "class": namespace.class,
        "use_sqlite": namespace.use_sqlite,
    })
}

async fn namespaces(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let size = PerPage { default: 20, max: 1000 };
    list(state.workers.namespaces.iter().map(shown), &query, size)
}

async fn namespace(Of(sandbox): Of<Shared>, Path((_, id)): Path<(String, String)>) -> Reply {
    let state = sandbox.state();
    let namespace = state.workers.namespaces.iter().find(|namespace| namespace.id == id);
    ok(shown(namespace.ok_or(NO_SUCH_NAMESPACE)?))
}
