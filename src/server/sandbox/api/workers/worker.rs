//! `workers/workers`: the newer API, where a Worker is named by its id or its name.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::secrets::{edited, of_fields};
use super::{Agent, scripts, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{
    NO_SUCH_VERSION, NO_SUCH_WORKER, NO_VERSIONS, SUBDOMAIN_NEEDED,
};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::{Script, Version, annotations};

const WORKERS: &str = "/accounts/{account_id}/workers/workers";
const WORKER: &str = "/accounts/{account_id}/workers/workers/{worker_id}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(WORKERS, Permission::WORKERS_READ, workers)
        .post(WORKERS, Permission::WORKERS_WRITE, create)
        .get(WORKER, Permission::WORKERS_READ, worker)
        .patch(WORKER, Permission::WORKERS_WRITE, change)
        .put(WORKER, Permission::WORKERS_WRITE, change)
        .get(
            "/accounts/{account_id}/workers/workers/{worker_id}/versions",
            Permission::WORKERS_READ,
            versions,
        )
        .get(
            "/accounts/{account_id}/workers/workers/{worker_id}/versions/{version_id}",
            Permission::WORKERS_READ,
            version,
        )
        .patch(
            "/accounts/{account_id}/workers/workers/{worker_id}/versions/{version_id}",
            Permission::WORKERS_WRITE,
            change_version,
        )
        .into()
}

/// The name of the Worker that an id or a name means.
fn name_of(state: &State, id: &str) -> Result<String, ApiError> {
    let mut scripts = state.workers.scripts.iter();
    let found = scripts.find(|(name, script)| **name == *id || script.tag == id);
    found.map(|(name, _)| name.clone()).ok_or_else(|| NO_SUCH_WORKER.into())
}

fn find<'a>(state: &'a State, id: &str) -> Result<(&'a str, &'a Script), ApiError> {
    let name = name_of(state, id)?;
    let found = state.workers.scripts.get_key_value(&name);
    found.map(|(name, script)| (&**name, script)).ok_or_else(|| NO_SUCH_WORKER.into())
}

fn find_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Script, ApiError> {
    let name = name_of(state, id)?;
    super::script_mut(state, &name)
}

async fn workers(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let workers = state.workers.scripts.iter();
    let shown = workers.map(|(name, script)| shown::worker(&state, name, script));
    list(shown, &query, PerPage { default: 10, max: 100 })
}

async fn worker(Of(sandbox): Of<Shared>, Path((_, id)): Path<(String, String)>) -> Reply {
    let state = sandbox.state();
    let (name, script) = find(&state, &id)?;
    ok(shown::worker(&state, name, script))
}

/// What of a Worker is set here. What is not said stays.
#[derive(Deserialize)]
struct Change {
    name: Option<String>,
    logpush: Option<bool>,
    observability: Option<Value>,
    subdomain: Option<SubdomainChange>,
    tags: Option<Vec<String>>,
    tail_consumers: Option<Vec<Map<String, Value>>>,
}

#[derive(Deserialize)]
struct SubdomainChange {
    enabled: Option<bool>,
    previews_enabled: Option<bool>,
}

impl Change {
    fn apply(self, script: &mut Script) {
        script.logpush = self.logpush.unwrap_or(script.logpush);
        script.observability = self.observability.or(script.observability.take());
        script.tags = self.tags.unwrap_or(std::mem::take(&mut script.tags));
        if let Some(subdomain) = self.subdomain {
            let now = &mut script.subdomain;
            now.enabled = subdomain.enabled.unwrap_or(now.enabled);
            now.previews_enabled = subdomain.previews_enabled.unwrap_or(now.previews_enabled);
        }
        if let Some(consumers) = self.tail_consumers {
            let service = |one: Map<String, Value>| json!({ "service": one.get("name") });
            script.tail_consumers = consumers.into_iter().map(service).collect();
        }
    }
}

/// Makes a Worker without a version.
async fn create(Of(sandbox): Of<Shared>, Json(mut change): Json<Change>) -> Reply {
    let name = change.name.take().unwrap_or_default();
    scripts::check_name(&name)?;
    sandbox.store.change(|state| {
        let now = sandbox.source.now();
        let script = state.workers.scripts.entry(name.clone()).or_insert_with(|| Script {
            tag: sandbox.source.id(),
            created_on: now.clone(),
            modified_on: now,
            ..Script::default()
        });
        change.apply(script);
        let (name, script) = find(state, &name)?;
        ok(shown::worker(state, name, script))
    })
}

async fn change(
    Of(sandbox): Of<Shared>,
    Path((_, id)): Path<(String, String)>,
    Json(change): Json<Change>,
) -> Reply {
    sandbox.store.change(|state| {
        let enables = change.subdomain.as_ref().is_some_and(|one| one.enabled == Some(true));
        if enables && state.workers.subdomain.is_none() {
            return Err(SUBDOMAIN_NEEDED.into());
        }
        change.apply(find_mut(state, &id)?);
        let (name, script) = find(state, &id)?;
        ok(shown::worker(state, name, script))
    })
}

/// A version as this API shows it.
fn shown_version(state: &State, name: &str, version: &Version) -> Value {
    let mut shown = json!({
        "id": version.id,
        "number": version.number,
        "created_on": version.created_on,
        "author_email": state.account.email,
        "author_id": state.account.user_id,
        "annotations": version.annotations,
        "bindings": shown::bindings(version),
        "compatibility_date": version.compatibility_date,
        "compatibility_flags": version.compatibility_flags,
        "main_module": version.main_module,
        "source": version.source,
        "startup_time_ms": version.startup_time_ms,
        "usage_model": "standard",
        "urls": urls(state, name, version),
    });
    if let Some(limits) = &version.limits {
        shown["limits"] = limits.clone();
    }
    shown
}

/// Where a version is reached for itself: by the first eight digits of its id.
fn urls(state: &State, name: &str, version: &Version) -> Vec<String> {
    let is_enabled =
        state.workers.scripts.get(name).is_some_and(|script| script.subdomain.previews_enabled);
    let subdomain =
        state.workers.subdomain.as_ref().filter(|_| is_enabled && version.has_preview());
    let url = |subdomain| format!("https://{}-{name}.{subdomain}.workers.dev", &version.id[..8]);
    subdomain.map(url).into_iter().collect()
}

async fn versions(
    Of(sandbox): Of<Shared>,
    Path((_, id)): Path<(String, String)>,
    query: Query,
) -> Reply {
    let state = sandbox.state();
    let (name, script) = find(&state, &id)?;
    let newest = script.versions.iter().rev();
    let shown = newest.map(|version| shown_version(&state, name, version));
    list(shown, &query, PerPage { default: 10, max: 100 })
}

fn meant<'a>(script: &'a Script, id: &str) -> Result<&'a Version, ApiError> {
    match id {
        "latest" => script.latest().ok_or_else(|| NO_VERSIONS.into()),
        id => script.version(id).ok_or_else(|| NO_SUCH_VERSION.into()),
    }
}

async fn version(
    Of(sandbox): Of<Shared>,
    Path((_, id, version)): Path<(String, String, String)>,
) -> Reply {
    let state = sandbox.state();
    let (name, script) = find(&state, &id)?;
    ok(shown_version(&state, name, meant(script, &version)?))
}

/// A merge patch on a version (cli.js:358078).
#[derive(Deserialize)]
struct VersionPatch {
    #[serde(default)]
    env: BTreeMap<String, Option<Map<String, Value>>>,
    #[serde(default)]
    annotations: BTreeMap<String, Option<String>>,
}

/// Makes a version like another with other secrets. It is not deployed.
async fn change_version(
    Of(sandbox): Of<Shared>,
    Path((_, id, version)): Path<(String, String, String)>,
    Agent(source): Agent,
    Json(patch): Json<VersionPatch>,
) -> Reply {
    let edits = patch.env.into_iter().map(|(name, fields)| {
        let secret = fields.map(|fields| of_fields(&name, fields)).transpose()?;
        Ok((name, secret))
    });
    let edits = edits.collect::<Result<Vec<_>, ApiError>>()?;
    sandbox.store.change(|state| {
        let name = name_of(state, &id)?;
        let script = super::script_mut(state, &name)?;
        let mut new = edited(&sandbox, meant(script, &version)?, edits);
        source.clone_into(&mut new.source);
        new.annotations.extend(annotations(patch.annotations));
        script.add(new);
        let (name, script) = find(state, &name)?;
        ok(shown_version(state, name, meant(script, "latest")?))
    })
}
