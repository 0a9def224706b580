//! `workers/scripts` and `workers/services`: the Workers, and the upload that deploys at once.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State as Of};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Agent, OfScript, all_of_it, environments, script, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{ApiError, Reply, ok, raw};
use crate::server::sandbox::errors::{
    CONSUMES_QUEUE, INVALID_WORKER_NAME, NO_VERSIONS, STILL_REFERENCED, TOO_MANY_WORKERS,
};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::queues::Consumer;
use crate::server::sandbox::state::workers::Script;
use crate::server::sandbox::upload::{Candidate, Form, Inherit, Purpose, candidate, check_start};

const SERVICE: &str = "/accounts/{account_id}/workers/services/{script_name}";
const SCRIPT: &str = "/accounts/{account_id}/workers/scripts/{script_name}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/workers/scripts", Permission::WORKERS_READ, scripts)
        .get("/accounts/{account_id}/workers/scripts-search", Permission::WORKERS_READ, search)
        .get(SERVICE, Permission::WORKERS_READ, service)
        // `wrangler delete` (cli.js:242719).
        .delete(SERVICE, Permission::WORKERS_WRITE, delete)
        .get(SCRIPT, Permission::WORKERS_READ, content)
        .put(SCRIPT, Permission::WORKERS_WRITE, upload)
        .delete(SCRIPT, Permission::WORKERS_WRITE, delete)
        .get(
            "/accounts/{account_id}/workers/scripts/{script_name}/content/v2",
            Permission::WORKERS_READ,
            content,
        )
        .get(
            "/accounts/{account_id}/workers/scripts/{script_name}/references",
            Permission::WORKERS_READ,
            references,
        )
        .get(
            "/accounts/{account_id}/workers/tails/by-consumer/{script_name}",
            Permission::WORKERS_READ,
            tail_producers,
        )
        .into()
}

async fn scripts(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let scripts = state.workers.scripts.iter();
    list(scripts.map(|(name, one)| shown::script(&state, name, one)), &query, PerPage::ALL)
}

async fn search(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let is_meant = |name: &str, script: &Script| {
        query.get("name").is_none_or(|part| name.contains(part))
            && query.get("id").is_none_or(|id| script.tag == id)
    };
    let found = state.workers.scripts.iter().filter(|(name, one)| is_meant(name, one));
    let found = found.map(|(name, one)| {
        json!({
            "id": one.tag, "script_name": name, "service_name": name,
            "environment_name": "production", "environment_is_default": true,
            "created_on": one.created_on, "modified_on": one.modified_on,
        })
    });
    list(found, &query, PerPage { default: 10, max: 100 })
}

/// Not in the published description; Wrangler asks it first on every deployment (cli.js:172723).
async fn service(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    let state = sandbox.state();
    let found = script(&state, &name)?;
    let environment = environments::of_script(&state, &name, found);
    ok(json!({
        "id": name, "created_on": found.created_on, "modified_on": found.modified_on,
        "default_environment": environment, "environments": [environment],
    }))
}

/// Uploads and deploys: what Wrangler does for a new Worker, and for migrations of Durable Objects.
async fn upload(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    query: Query,
    Agent(source): Agent,
    form: Form,
) -> Reply {
    check_name(&name)?;
    let inherit = Inherit::of(query.get("bindings_inherit"));
    let modules = form.keep(&sandbox.store)?;
    let state = sandbox.state();
    let is_new = !state.workers.scripts.contains_key(&name);
    if is_new && state.limits.workers.is_some_and(|limit| state.workers.scripts.len() >= limit) {
        return Err(TOO_MANY_WORKERS.into());
    }
    let purpose = Purpose::Deployment;
    let mut candidate = candidate(&sandbox, &state, &name, &form, modules, purpose, inherit)?;
    candidate.version.startup_time_ms = check_start(&sandbox, &name, &candidate.version).await?;
    let shown = sandbox.store.change(|state| {
        put(&sandbox, state, &name, candidate, &form, source);
        Ok(shown::script(state, &name, script(state, &name)?))
    })?;
    ok(uploaded(shown, &sandbox.state(), &name)?)
}

/// The answer to an upload: the script, and the version as its deployment. Wrangler takes
/// `deployment_id` for the id of the version (cli.js:183847).
fn uploaded(mut shown: Value, state: &State, name: &str) -> Result<Value, ApiError> {
    let latest = script(state, name)?.latest().ok_or(NO_VERSIONS)?;
    shown["startup_time_ms"] = json!(latest.startup_time_ms);
    shown["entry_point"] = json!(latest.main_module);
    shown["deployment_id"] = json!(latest.id.replace('-', ""));
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("routes");
    }
    Ok(shown)
}

fn put(
    sandbox: &Shared,
    state: &mut State,
    name: &str,
    candidate: Candidate,
    form: &Form,
    source: &str,
) {
    let mut version = candidate.version;
    source.clone_into(&mut version.source);
    let script = state.workers.scripts.entry(name.to_owned()).or_insert_with(|| Script {
        tag: sandbox.source.id(),
        created_on: sandbox.source.now(),
        ..Script::default()
    });
    source.clone_into(&mut script.last_deployed_from);
    script.migration_tag = candidate.migration_tag;
    let metadata = &form.metadata;
    // What an upload of this kind does not say is reset, unlike that of versions.
    script.logpush = metadata.logpush.unwrap_or_default();
    script.observability.clone_from(&metadata.observability);
    script.tail_consumers = metadata.tail_consumers.clone().unwrap_or_default();
    if let Some(tags) = &metadata.tags {
        script.tags.clone_from(tags);
    }
    let version = script.add(version).id.clone();
    script.deployments.push(all_of_it(sandbox, &version, source, "upload"));
    state.workers.namespaces = candidate.namespaces;
}

/// 1 to 63 characters, as a label of a hostname has: letters, digits, `-` and `_`.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=63).contains(&name.len()) && name.bytes().all(is_known) {
        Ok(())
    } else {
        Err(INVALID_WORKER_NAME.into())
    }
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, query: Query) -> Reply {
    sandbox.store.change(|state| {
        script(state, &name)?;
        let is_used = state.workers.bound(&name).next().is_some()
            || state.workers.bound_objects(&name).next().is_some();
        let is_consumer = |one: &Consumer| one.script_name.as_deref() == Some(&*name);
        let queues = &mut state.queues.queues;
        let consumes = queues.iter().any(|queue| queue.consumers.iter().any(is_consumer));
        if !query.is_set("force") && (is_used || consumes) {
            return Err(if consumes { CONSUMES_QUEUE } else { STILL_REFERENCED }.into());
        }
        for queue in queues {
            queue.consumers.retain(|one| !is_consumer(one));
        }
        state.workers.scripts.remove(&name);
        state.workers.namespaces.retain(|namespace| namespace.script != name);
        state.workers.domains.retain(|domain| domain.service != name);
        for zone in &mut state.zones.0 {
            zone.routes.retain(|route| route.script.as_deref() != Some(&*name));
            zone.dns.retain(|record| record.worker.as_deref() != Some(&*name));
        }
        Ok(())
    })?;
    ok(Value::Null)
}

/// The code as it is served: the main module.
async fn content(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Result<Response, ApiError> {
    let state = sandbox.state();
    let latest = script(&state, &name)?.latest().ok_or(NO_VERSIONS)?;
    let main =
        latest.modules.iter().find(|module| Some(&module.name) == latest.main_module.as_ref());
    let bytes = main.and_then(|module| sandbox.store.blob(&module.blob)).unwrap_or_default();
    Ok(raw("application/javascript+module", bytes))
}

/// Not in the published description; `wrangler delete` asks it (cli.js:242562).
async fn references(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    let state = sandbox.state();
    script(&state, &name)?;
    let incoming = state.workers.bound(&name).map(|(other, _, binding)| {
        json!({ "name": other, "service": other, "environment": "production", "binding": binding.name })
    });
    let objects = state.workers.bound_objects(&name).map(|(other, _, namespace)| {
        json!({
            "service": other, "environment": "production", "name": other,
            "durable_object_namespace_id": namespace.id,
            "durable_object_namespace_name": format!("{}_{}", namespace.script, namespace.class),
        })
    });
    ok(json!({
        "services": {
            "incoming": incoming.collect::<Vec<_>>(), "outgoing": [], "pages_function": false,
        },
        "durable_objects": objects.collect::<Vec<_>>(),
        "dispatch_outbounds": [],
    }))
}

/// Not in the published description; `wrangler delete` asks it (cli.js:242566).
async fn tail_producers(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    let state = sandbox.state();
    let producers: BTreeMap<_, _> = (state.workers.scripts.iter())
        .filter(|(_, one)| one.tail_consumers.iter().any(|consumer| consumer["service"] == *name))
        .collect();
    let shown = producers.keys().map(
        |producer| json!({ "consumer": { "service": name }, "producer": { "service": producer } }),
    );
    ok(shown.collect::<Vec<_>>())
}
