//! `/vectorize/v2/indexes`: indexes of vectors. There are no vectors in them.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::products::{INDEX_EXISTS, INVALID_INDEX, NO_SUCH_INDEX};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::resources::VectorizeIndex;

const READ: Permission = Permission::of(&["Vectorize Read", "Vectorize Write"]);
const WRITE: Permission = Permission::of(&["Vectorize Write"]);
/// What a preset stands for: dimensions, by the model's documentation. The metric is always cosine.
const PRESETS: [(&str, u32); 5] = [
    ("@cf/baai/bge-small-en-v1.5", 384),
    ("@cf/baai/bge-base-en-v1.5", 768),
    ("@cf/baai/bge-large-en-v1.5", 1024),
    ("openai/text-embedding-ada-002", 1536),
    ("cohere/embed-multilingual-v2.0", 768),
];

/// Account and index.
type OfIndex = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/vectorize/v2/indexes", READ, list)
        .post("/accounts/{account_id}/vectorize/v2/indexes", WRITE, create)
        .get("/accounts/{account_id}/vectorize/v2/indexes/{index_name}", READ, get)
        .delete("/accounts/{account_id}/vectorize/v2/indexes/{index_name}", WRITE, delete)
        .get("/accounts/{account_id}/vectorize/v2/indexes/{index_name}/info", READ, info)
        .get(
            "/accounts/{account_id}/vectorize/v2/indexes/{index_name}/metadata_index/list",
            READ,
            metadata_indexes,
        )
        .post(
            "/accounts/{account_id}/vectorize/v2/indexes/{index_name}/metadata_index/create",
            WRITE,
            index_metadata,
        )
        .post(
            "/accounts/{account_id}/vectorize/v2/indexes/{index_name}/metadata_index/delete",
            WRITE,
            unindex_metadata,
        )
        .into()
}

fn shown(index: &VectorizeIndex) -> Value {
    json!({
        "name": index.name, "description": index.description, "config": index.config,
        "created_on": index.created_on, "modified_on": index.modified_on,
    })
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    page(sandbox.state().vectorize.indexes.iter().map(shown), &query, PerPage::ALL)
}

#[derive(Deserialize)]
struct New {
    name: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    config: Map<String, Value>,
}

/// Dimensions and metric, also where only a preset was named.
fn configuration(mut sent: Map<String, Value>) -> Option<Map<String, Value>> {
    if let Some(preset) = sent.get("preset").and_then(Value::as_str) {
        let (_, dimensions) = PRESETS.iter().find(|(name, _)| *name == preset)?;
        sent.insert("dimensions".into(), json!(dimensions));
        sent.insert("metric".into(), json!("cosine"));
    }
    let is_whole = sent.get("dimensions").is_some_and(Value::is_u64)
        && sent.get("metric").is_some_and(Value::is_string);
    is_whole.then_some(sent)
}

async fn create(Of(sandbox): Of<Shared>, Json(new): Json<New>) -> Reply {
    let now = sandbox.source.now();
    let name = new.name.filter(|name| !name.is_empty()).ok_or(INVALID_INDEX)?;
    let index = VectorizeIndex {
        name,
        description: new.description,
        config: configuration(new.config).ok_or(INVALID_INDEX)?,
        created_on: now.clone(),
        modified_on: now,
        metadata_indexes: Vec::new(),
    };
    let made = shown(&index);
    sandbox.store.change(|state| {
        if state.vectorize.get(&index.name).is_some() {
            return Err(INDEX_EXISTS.into());
        }
        state.vectorize.indexes.push(index);
        Ok(())
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, name)): OfIndex) -> Reply {
    ok(shown(sandbox.state().vectorize.get(&name).ok_or(NO_SUCH_INDEX)?))
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, name)): OfIndex) -> Reply {
    sandbox.store.change(|state| {
        state.vectorize.get(&name).ok_or(NO_SUCH_INDEX)?;
        state.vectorize.indexes.retain(|index| index.name != name);
        Ok(())
    })?;
    ok(Value::Null)
}

async fn info(Of(sandbox): Of<Shared>, Path((_, name)): OfIndex) -> Reply {
    let state = sandbox.state();
    let index = state.vectorize.get(&name).ok_or(NO_SUCH_INDEX)?;
    ok(json!({ "dimensions": index.config.get("dimensions"), "vectorCount": 0 }))
}

async fn metadata_indexes(Of(sandbox): Of<Shared>, Path((_, name)): OfIndex) -> Reply {
    let state = sandbox.state();
    let index = state.vectorize.get(&name).ok_or(NO_SUCH_INDEX)?;
    ok(json!({ "metadataIndexes": index.metadata_indexes }))
}

async fn index_metadata(sandbox: Of<Shared>, index: OfIndex, Json(property): Json<Value>) -> Reply {
    change(sandbox, index, |indexes| indexes.push(property))
}

async fn unindex_metadata(
    sandbox: Of<Shared>,
    index: OfIndex,
    Json(property): Json<Value>,
) -> Reply {
    change(sandbox, index, |indexes| {
        indexes.retain(|one| one["propertyName"] != property["propertyName"]);
    })
}

fn change(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfIndex,
    change: impl FnOnce(&mut Vec<Value>),
) -> Reply {
    let now = sandbox.source.now();
    sandbox.store.change(|state: &mut State| {
        let mut indexes = state.vectorize.indexes.iter_mut();
        let index = indexes.find(|index| index.name == name).ok_or(NO_SUCH_INDEX)?;
        change(&mut index.metadata_indexes);
        index.modified_on = now;
        Ok(())
    })?;
    ok(json!({ "mutationId": sandbox.source.uuid() }))
}
