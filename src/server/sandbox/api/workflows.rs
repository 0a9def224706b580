//! `/workflows`: the workflows that deployments register. Their instances do not run.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::NO_SUCH_WORKER;
use crate::server::sandbox::errors::products::NO_SUCH_WORKFLOW;
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::resources::Workflow;

/// Account and workflow.
type OfWorkflow = Path<(String, String)>;
/// States of instances, of which there are none.
const STATES: [&str; 8] = [
    "complete",
    "errored",
    "paused",
    "queued",
    "running",
    "terminated",
    "waiting",
    "waitingForPause",
];

pub(super) fn routes() -> Router<Shared> {
    let (read, write) = (Permission::WORKERS_READ, Permission::WORKERS_WRITE);
    Routes::default()
        .get("/accounts/{account_id}/workflows", read, list)
        .get("/accounts/{account_id}/workflows/{workflow_name}", read, get)
        .put("/accounts/{account_id}/workflows/{workflow_name}", write, put)
        .delete("/accounts/{account_id}/workflows/{workflow_name}", write, delete)
        .get("/accounts/{account_id}/workflows/{workflow_name}/versions", read, versions)
        .get("/accounts/{account_id}/workflows/{workflow_name}/instances", read, instances)
        .into()
}

fn shown(state: &State, workflow: &Workflow) -> Value {
    let none: serde_json::Map<String, Value> =
        STATES.iter().map(|state| ((*state).to_owned(), json!(0))).collect();
    json!({
        "id": workflow.id, "name": workflow.name, "class_name": workflow.class_name,
        "script_name": workflow.script_name, "created_on": workflow.created_on,
        "modified_on": workflow.modified_on, "triggered_on": null, "instances": none,
        "script_deleted": !state.workers.scripts.contains_key(&workflow.script_name),
    })
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let part = query.get("search").unwrap_or_default();
    let workflows = state.workflows.workflows.iter();
    let workflows = workflows.filter(|workflow| workflow.name.contains(part));
    page(workflows.map(|workflow| shown(&state, workflow)), &query, PerPage::USUAL)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, name)): OfWorkflow) -> Reply {
    let state = sandbox.state();
    ok(shown(&state, state.workflows.get(&name).ok_or(NO_SUCH_WORKFLOW)?))
}

#[derive(Deserialize)]
struct Sent {
    class_name: String,
    script_name: String,
    #[serde(default)]
    schedules: Vec<Value>,
}

async fn put(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfWorkflow,
    Json(sent): Json<Sent>,
) -> Reply {
    let (id, version_id, now) =
        (sandbox.source.uuid(), sandbox.source.uuid(), sandbox.source.now());
    let put = sandbox.store.change(|state| {
        if !state.workers.scripts.contains_key(&sent.script_name) {
            return Err(NO_SUCH_WORKER.into());
        }
        let workflows = &mut state.workflows.workflows;
        let at = workflows.iter().position(|workflow| workflow.name == name).unwrap_or_else(|| {
            let created_on = now.clone();
            workflows.push(Workflow { id, name, created_on, ..Workflow::default() });
            workflows.len() - 1
        });
        let workflow = &mut workflows[at];
        workflow.class_name = sent.class_name;
        workflow.script_name = sent.script_name;
        workflow.schedules = sent.schedules;
        workflow.version_id = version_id;
        workflow.modified_on = now;
        Ok(workflow.clone())
    })?;
    ok(json!({
        "id": put.id, "name": put.name, "class_name": put.class_name,
        "script_name": put.script_name, "created_on": put.created_on,
        "modified_on": put.modified_on, "triggered_on": null, "version_id": put.version_id,
        "is_deleted": 0, "terminator_running": 0,
    }))
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, name)): OfWorkflow) -> Reply {
    sandbox.store.change(|state| {
        state.workflows.get(&name).ok_or(NO_SUCH_WORKFLOW)?;
        state.workflows.workflows.retain(|workflow| workflow.name != name);
        Ok(())
    })?;
    ok(json!({ "status": "ok", "success": true }))
}

/// Only the newest: the sandbox does not keep the others.
async fn versions(Of(sandbox): Of<Shared>, Path((_, name)): OfWorkflow, query: Query) -> Reply {
    let state = sandbox.state();
    let workflow = state.workflows.get(&name).ok_or(NO_SUCH_WORKFLOW)?;
    let version = json!({
        "id": workflow.version_id, "class_name": workflow.class_name,
        "created_on": workflow.modified_on, "modified_on": workflow.modified_on,
        "workflow_id": workflow.id, "has_dag": false, "language": "javascript",
    });
    page([version], &query, PerPage::USUAL)
}

async fn instances(Of(sandbox): Of<Shared>, Path((_, name)): OfWorkflow, query: Query) -> Reply {
    sandbox.state().workflows.get(&name).ok_or(NO_SUCH_WORKFLOW)?;
    page(Vec::<Value>::new(), &query, PerPage::USUAL)
}
