//! `workers/scripts/:name/secrets`: every edit makes a version, which serves at once.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Agent, OfScript, all_of_it, script, script_mut};
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{
    INVALID_SECRET, LATEST_NOT_DEPLOYED, NO_SUCH_SECRET, NO_VERSIONS,
};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::workers::{Binding, Script, Version};
use crate::server::sandbox::{Sandbox, Shared};

const SECRETS: &str = "/accounts/{account_id}/workers/scripts/{script_name}/secrets";
const SECRET: &str = "/accounts/{account_id}/workers/scripts/{script_name}/secrets/{secret_name}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(SECRETS, Permission::WORKERS_READ, secrets)
        .put(SECRETS, Permission::WORKERS_WRITE, put)
        .get(SECRET, Permission::WORKERS_READ, secret)
        .delete(SECRET, Permission::WORKERS_WRITE, delete)
        .patch(
            "/accounts/{account_id}/workers/scripts/{script_name}/secrets-bulk",
            Permission::WORKERS_WRITE,
            bulk,
        )
        .into()
}

/// The secrets of the newest version, deployed or not.
async fn secrets(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, query: Query) -> Reply {
    let state = sandbox.state();
    let latest = script(&state, &name)?.latest();
    list(latest.into_iter().flat_map(Version::secrets).map(Binding::shown), &query, PerPage::ALL)
}

async fn secret(
    Of(sandbox): Of<Shared>,
    Path((_, name, secret)): Path<(String, String, String)>,
) -> Reply {
    let state = sandbox.state();
    let latest = script(&state, &name)?.latest();
    let found = latest.into_iter().flat_map(Version::secrets).find(|one| one.name == secret);
    ok(found.ok_or(NO_SUCH_SECRET)?.shown())
}

async fn put(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Agent(source): Agent,
    Json(secret): Json<Binding>,
) -> Reply {
    if secret.name.is_empty() || !secret.is_secret() {
        return Err(INVALID_SECRET.into());
    }
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        edit(&sandbox, script, source, [(secret.name.clone(), Some(secret.clone()))])?;
        ok(secret.shown())
    })
}

async fn delete(
    Of(sandbox): Of<Shared>,
    Path((_, name, secret)): Path<(String, String, String)>,
    Agent(source): Agent,
) -> Reply {
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        let latest = script.latest().ok_or(NO_VERSIONS)?;
        if !latest.secrets().any(|one| one.name == secret) {
            return Err(NO_SUCH_SECRET.into());
        }
        edit(&sandbox, script, source, [(secret, None)])?;
        ok(Value::Null)
    })
}

#[derive(Deserialize)]
struct Bulk {
    secrets: BTreeMap<String, Option<Map<String, Value>>>,
}

/// A merge patch: null deletes.
async fn bulk(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Agent(source): Agent,
    Json(bulk): Json<Bulk>,
) -> Reply {
    let edits = bulk.secrets.into_iter().map(|(name, fields)| {
        let secret = fields.map(|fields| of_fields(&name, fields)).transpose()?;
        Ok((name, secret))
    });
    let edits = edits.collect::<Result<Vec<_>, ApiError>>()?;
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        edit(&sandbox, script, source, edits)?;
        let latest = script.latest().ok_or(NO_VERSIONS)?;
        let shown = latest.secrets().map(|secret| (secret.name.clone(), json!(secret.shown())));
        ok(shown.collect::<Map<_, _>>())
    })
}

/// A secret from its fields, such as `{type, text}`.
pub(super) fn of_fields(name: &str, mut fields: Map<String, Value>) -> Result<Binding, ApiError> {
    fields.insert("name".into(), name.into());
    let secret: Binding = serde_json::from_value(fields.into()).map_err(|_| INVALID_SECRET)?;
    if secret.is_secret() { Ok(secret) } else { Err(INVALID_SECRET.into()) }
}

/// Makes the newest version once more with other secrets, and gives it all of the traffic.
fn edit(
    sandbox: &Sandbox,
    script: &mut Script,
    source: &str,
    edits: impl IntoIterator<Item = (String, Option<Binding>)>,
) -> Result<(), ApiError> {
    if !script.serves_latest() {
        return Err(LATEST_NOT_DEPLOYED.into());
    }
    let latest = script.latest().ok_or(NO_VERSIONS)?;
    let mut version = edited(sandbox, latest, edits);
    source.clone_into(&mut version.source);
    let id = script.add(version).id.clone();
    script.deployments.push(all_of_it(sandbox, &id, source, "secret"));
    Ok(())
}

/// A version like another with other secrets. `None` takes one away.
pub(super) fn edited(
    sandbox: &Sandbox,
    version: &Version,
    edits: impl IntoIterator<Item = (String, Option<Binding>)>,
) -> Version {
    let mut edited = Version {
        id: sandbox.source.uuid(),
        created_on: sandbox.source.now(),
        annotations: BTreeMap::from([("workers/triggered_by".into(), "secret".into())]),
        ..version.clone()
    };
    for (name, secret) in edits {
        // A secret takes the place of a variable of its name, too.
        edited.bindings.retain(|binding| binding.name != name);
        edited.bindings.extend(secret);
    }
    edited
}
