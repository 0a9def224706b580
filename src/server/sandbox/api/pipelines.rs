//! `/pipelines/v1/pipelines`: pipelines, which are only listed. Streams and sinks are not emulated.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::products::{NO_SUCH_PIPELINE, PIPELINE_EXISTS};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::resources::Pipeline;

const READ: Permission = Permission::of(&["Pipelines Read", "Pipelines Write"]);
const WRITE: Permission = Permission::of(&["Pipelines Write"]);

/// Account and pipeline.
type OfPipeline = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/pipelines/v1/pipelines", READ, list)
        .post("/accounts/{account_id}/pipelines/v1/pipelines", WRITE, create)
        .get("/accounts/{account_id}/pipelines/v1/pipelines/{pipeline_id}", READ, get)
        .delete("/accounts/{account_id}/pipelines/v1/pipelines/{pipeline_id}", WRITE, delete)
        .into()
}

fn shown(pipeline: &Pipeline) -> Value {
    json!({
        "id": pipeline.id, "name": pipeline.name, "sql": pipeline.sql, "status": "running",
        "created_at": pipeline.created_at, "modified_at": pipeline.created_at, "tables": [],
    })
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let part = query.get("name").unwrap_or_default();
    let pipelines = state.pipelines.pipelines.iter();
    page(pipelines.filter(|one| one.name.contains(part)).map(shown), &query, PerPage::USUAL)
}

#[derive(Deserialize)]
struct New {
    name: String,
    sql: String,
}

async fn create(Of(sandbox): Of<Shared>, Json(New { name, sql }): Json<New>) -> Reply {
    let pipeline =
        Pipeline { id: sandbox.source.id(), name, sql, created_at: sandbox.source.now() };
    let made = shown(&pipeline);
    sandbox.store.change(|state| {
        if state.pipelines.get(&pipeline.name).is_some() {
            return Err(PIPELINE_EXISTS.into());
        }
        state.pipelines.pipelines.push(pipeline);
        Ok(())
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfPipeline) -> Reply {
    ok(shown(sandbox.state().pipelines.get(&id).ok_or(NO_SUCH_PIPELINE)?))
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfPipeline) -> Reply {
    sandbox.store.change(|state| {
        let id = state.pipelines.get(&id).ok_or(NO_SUCH_PIPELINE)?.id.clone();
        state.pipelines.pipelines.retain(|pipeline| pipeline.id != id);
        Ok(())
    })?;
    ok(Value::Null)
}
