//! D1.

use axum::extract::Query;
use axum::http::HeaderName;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::d1::Statement;
use super::Resource;

/// What a session hands on so that it reads its own writes. With one database there is nothing to it.
const SESSION: HeaderName = HeaderName::from_static("x-cf-d1-session-commit-token");

pub(super) fn routes() -> Router {
    Router::new().route("/query", post(run)).route("/execute", post(run))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    One(Asking),
    Batch(Vec<Asking>),
}

#[derive(Deserialize)]
struct Asking {
    sql: String,
    params: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    results_format: Option<String>,
}

/// A batch: all of it, or nothing.
async fn run(resource: Resource, Query(form): Query<Form>, Json(asked): Json<Asked>) -> Response {
    let queries = match asked {
        Asked::One(query) => vec![query],
        Asked::Batch(queries) => queries,
    };
    let statement =
        |query: Asking| Statement { sql: query.sql, params: query.params.unwrap_or_default() };
    let statements: Vec<_> = queries.into_iter().map(statement).collect();
    let Resource { sandbox, id } = resource;
    let run = tokio::task::spawn_blocking(move || sandbox.d1_run(&id, &statements)).await;
    let failed = |error: String| Json(json!({ "success": false, "error": error })).into_response();
    let answers = match run {
        Ok(Ok(answers)) => answers,
        Ok(Err(error)) => return failed(error.to_string()),
        Err(error) => return failed(error.to_string()),
    };
    let answers: Vec<_> = answers
        .iter()
        .map(|answer| {
            let results = match form.results_format.as_deref() {
                Some("ROWS_AND_COLUMNS") => json!(answer.table()),
                _ => json!(answer.objects()),
            };
            json!({ "success": true, "results": results, "meta": answer.meta })
        })
        .collect();
    ([(SESSION, "00000000")], Json(answers)).into_response()
}
