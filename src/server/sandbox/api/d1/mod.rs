//! `/d1/database`: the databases of D1, and queries to them.

mod time_travel;
mod transfer;

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::d1::{Answer, Database, Statement};
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    DATABASE_EXISTS, INVALID_D1_REQUEST, NO_SUCH_DATABASE, SQL_FAILED, TOO_MANY_DATABASES,
};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::d1::D1Database;

pub(super) use transfer::routes as transfers;

const READ: Permission = Permission::of(&["D1 Read", "D1 Write"]);
const WRITE: Permission = Permission::of(&["D1 Write"]);
/// What the API gives at once unless asked for less or more.
const PER_PAGE: PerPage = PerPage { default: 100, max: 10_000 };

/// Account and database.
type OfDatabase = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    let routes = Routes::default()
        .get("/accounts/{account_id}/d1/database", READ, list)
        .post("/accounts/{account_id}/d1/database", WRITE, create)
        .get("/accounts/{account_id}/d1/database/{database_id}", READ, get)
        .put("/accounts/{account_id}/d1/database/{database_id}", WRITE, change)
        .patch("/accounts/{account_id}/d1/database/{database_id}", WRITE, change)
        .delete("/accounts/{account_id}/d1/database/{database_id}", WRITE, delete)
        .post("/accounts/{account_id}/d1/database/{database_id}/query", WRITE, query)
        .post("/accounts/{account_id}/d1/database/{database_id}/raw", WRITE, raw);
    transfer::add(time_travel::add(routes)).into()
}

/// Does something with a database where blocking harms nobody.
async fn with_database<T: Send + 'static>(
    sandbox: Shared,
    id: String,
    act: impl FnOnce(&mut Database) -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(move || sandbox.with_d1(&id, act))
        .await
        .map_err(|error| ApiError::new(500, 7500, error.to_string()))?
}

/// A database as a list shows it.
fn shown(database: &D1Database) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("uuid".into(), json!(database.uuid));
    shown.insert("name".into(), json!(database.name));
    shown.insert("created_at".into(), json!(database.created_at));
    shown.insert("version".into(), json!("production"));
    shown.insert("jurisdiction".into(), json!(database.jurisdiction));
    shown
}

/// A database with what only SQLite knows of it.
async fn detailed(sandbox: Shared, id: String) -> Result<Map<String, Value>, ApiError> {
    let state = sandbox.state();
    let database = state.d1.database(&id).ok_or(NO_SUCH_DATABASE)?;
    let mode = database.read_replication.as_deref().unwrap_or("disabled");
    let mut shown = shown(database);
    let (tables, size) =
        with_database(sandbox, id, |database| (database.tables(), database.size())).await?;
    shown.insert("num_tables".into(), json!(tables));
    shown.insert("file_size".into(), json!(size));
    shown.insert("read_replication".into(), json!({ "mode": mode }));
    Ok(shown)
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let name = query.get("name");
    let databases = state.d1.databases.iter();
    page(
        databases
            .filter(|database| name.is_none_or(|name| database.name.contains(name)))
            .map(shown),
        &query,
        PER_PAGE,
    )
}

#[derive(Deserialize)]
struct New {
    name: Option<String>,
    jurisdiction: Option<String>,
    read_replication: Option<Replication>,
}

#[derive(Deserialize)]
struct Replication {
    mode: String,
}

async fn create(Of(sandbox): Of<Shared>, Json(new): Json<New>) -> Reply {
    let name = new.name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| INVALID_D1_REQUEST.saying("a name is required"))?;
    let uuid = sandbox.source.uuid();
    let database = D1Database {
        uuid: uuid.clone(),
        name,
        created_at: sandbox.source.now(),
        jurisdiction: new.jurisdiction,
        read_replication: new.read_replication.map(|replication| replication.mode),
    };
    sandbox.store.change(|state| {
        if state.d1.databases.iter().any(|other| other.name == database.name) {
            return Err(DATABASE_EXISTS.into());
        }
        if state.limits.d1_databases.is_some_and(|limit| state.d1.databases.len() >= limit) {
            return Err(TOO_MANY_DATABASES.into());
        }
        state.d1.databases.push(database);
        Ok(())
    })?;
    ok(detailed(sandbox, uuid).await?)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfDatabase, query: Query) -> Reply {
    let mut shown = detailed(sandbox, id).await?;
    if let Some(fields) = query.get("fields") {
        shown.retain(|field, _| fields.split(',').any(|wanted| wanted == field));
    }
    ok(shown)
}

#[derive(Deserialize)]
struct Change {
    read_replication: Option<Replication>,
}

async fn change(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfDatabase,
    Json(change): Json<Change>,
) -> Reply {
    sandbox.store.change(|state| {
        let mut databases = state.d1.databases.iter_mut();
        let database = databases.find(|database| database.uuid == id).ok_or(NO_SUCH_DATABASE)?;
        if let Some(replication) = change.read_replication {
            database.read_replication = Some(replication.mode);
        }
        Ok(())
    })?;
    ok(detailed(sandbox, id).await?)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfDatabase) -> Reply {
    sandbox.store.change(|state| {
        state.d1.database(&id).filter(|database| database.uuid == id).ok_or(NO_SUCH_DATABASE)?;
        state.d1.databases.retain(|database| database.uuid != id);
        Ok(())
    })?;
    sandbox.databases.remove(&id);
    ok(Value::Null)
}

/// What is run: a text with its parameters, or a batch of such.
#[derive(Deserialize)]
struct Run {
    sql: Option<String>,
    #[serde(default)]
    params: Vec<Value>,
    batch: Option<Vec<One>>,
}

#[derive(Deserialize)]
struct One {
    sql: String,
    #[serde(default)]
    params: Vec<Value>,
}

async fn query(sandbox: Of<Shared>, database: OfDatabase, run: Json<Run>) -> Reply {
    answer(sandbox, database, run, |answer| json!(answer.objects())).await
}

async fn raw(sandbox: Of<Shared>, database: OfDatabase, run: Json<Run>) -> Reply {
    answer(sandbox, database, run, |answer| json!(answer.table())).await
}

async fn answer(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfDatabase,
    Json(run): Json<Run>,
    results: fn(&Answer) -> Value,
) -> Reply {
    let failed = |error: crate::server::sandbox::d1::Error| SQL_FAILED.saying(error.to_string());
    let statements = match (run.sql, run.batch) {
        (_, Some(batch)) => {
            batch.into_iter().map(|One { sql, params }| Statement { sql, params }).collect()
        }
        (Some(sql), None) => Statement::split(&sql, run.params).map_err(failed)?,
        (None, None) => return Err(INVALID_D1_REQUEST.saying("either sql or batch is required")),
    };
    let answers = with_database(sandbox, id, move |database| database.run(&statements)).await?;
    let answers = answers.map_err(failed)?;
    let shown = answers
        .iter()
        .map(|answer| json!({ "results": results(answer), "success": true, "meta": answer.meta }));
    ok(shown.collect::<Vec<_>>())
}
