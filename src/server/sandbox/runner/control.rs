//! The sandbox's own endpoints for running Workers: a cron trigger now, and what Workers print.

use axum::extract::State as Of;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Shared;
use super::RunError;

/// Below `/sandbox`.
pub(in crate::server::sandbox) fn routes() -> Router<Shared> {
    Router::new().route("/sandbox/cron", post(cron)).route("/sandbox/log", get(log))
}

/// `{"worker": "jobs", "cron": "*/5 * * * *"}`.
#[derive(Deserialize)]
struct Cron {
    worker: String,
    cron: String,
}

/// Runs a Worker's `scheduled` handler, as if the time of the trigger had come. It has to have it.
async fn cron(Of(sandbox): Of<Shared>, Json(asked): Json<Cron>) -> Response {
    match sandbox.runner.cron(&sandbox, &asked.worker, &asked.cron).await {
        Ok(outcome) => Json(json!({ "outcome": outcome })).into_response(),
        Err(error) => {
            let status = match error {
                RunError::Threw(_) | RunError::Runtime(_) => StatusCode::INTERNAL_SERVER_ERROR,
                RunError::Unavailable(_) => StatusCode::NOT_FOUND,
            };
            (status, Json(json!({ "error": error.to_string() }))).into_response()
        }
    }
}

/// What Workers and their runtime printed.
async fn log(Of(sandbox): Of<Shared>) -> Json<Value> {
    Json(json!({ "lines": sandbox.runner.log() }))
}
