//! `/workers/dispatch/namespaces`: namespaces of Workers for Platforms. Uploads into them are not
//! emulated.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{DISPATCH_EXISTS, NO_SUCH_DISPATCH};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::resources::DispatchNamespace;

/// Account and namespace.
type OfNamespace = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    let (read, write) = (Permission::WORKERS_READ, Permission::WORKERS_WRITE);
    Routes::default()
        .get("/accounts/{account_id}/workers/dispatch/namespaces", read, list)
        .post("/accounts/{account_id}/workers/dispatch/namespaces", write, create)
        .get("/accounts/{account_id}/workers/dispatch/namespaces/{dispatch_namespace}", read, get)
        .put(
            "/accounts/{account_id}/workers/dispatch/namespaces/{dispatch_namespace}",
            write,
            rename,
        )
        .delete(
            "/accounts/{account_id}/workers/dispatch/namespaces/{dispatch_namespace}",
            write,
            delete,
        )
        .into()
}

fn shown(namespace: &DispatchNamespace) -> Value {
    json!({
        "namespace_id": namespace.id, "namespace_name": namespace.name, "script_count": 0,
        "created_on": namespace.created_on, "modified_on": namespace.modified_on,
        "trusted_workers": false,
    })
}

/// Refuses a name that is taken.
fn check_name(state: &State, name: &str) -> Result<(), ApiError> {
    if state.dispatch.get(name).is_some() { Err(DISPATCH_EXISTS.into()) } else { Ok(()) }
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    page(sandbox.state().dispatch.namespaces.iter().map(shown), &query, PerPage::ALL)
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

async fn create(Of(sandbox): Of<Shared>, Json(Named { name }): Json<Named>) -> Reply {
    let now = sandbox.source.now();
    let id = sandbox.source.uuid();
    let namespace = DispatchNamespace { id, name, created_on: now.clone(), modified_on: now };
    let made = shown(&namespace);
    sandbox.store.change(|state| {
        check_name(state, &namespace.name)?;
        state.dispatch.namespaces.push(namespace);
        Ok(())
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, name)): OfNamespace) -> Reply {
    ok(shown(sandbox.state().dispatch.get(&name).ok_or(NO_SUCH_DISPATCH)?))
}

async fn rename(
    Of(sandbox): Of<Shared>,
    Path((_, old)): OfNamespace,
    Json(Named { name }): Json<Named>,
) -> Reply {
    let now = sandbox.source.now();
    let renamed = sandbox.store.change(|state| {
        state.dispatch.get(&old).ok_or(NO_SUCH_DISPATCH)?;
        check_name(state, &name)?;
        let mut namespaces = state.dispatch.namespaces.iter_mut();
        let found = namespaces.find(|namespace| namespace.name == old).ok_or(NO_SUCH_DISPATCH)?;
        found.name = name;
        found.modified_on = now;
        Ok(shown(found))
    })?;
    ok(renamed)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, name)): OfNamespace) -> Reply {
    sandbox.store.change(|state| {
        state.dispatch.get(&name).ok_or(NO_SUCH_DISPATCH)?;
        state.dispatch.namespaces.retain(|namespace| namespace.name != name);
        Ok(())
    })?;
    ok(Value::Null)
}
