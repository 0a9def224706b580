//! The sandbox's own endpoints, below `/sandbox`: what Cloudflare has not.

use axum::extract::State as Of;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/sandbox/state", get(state)).route("/sandbox/requests", get(requests))
}

/// The whole account as plain data.
async fn state(Of(sandbox): Of<Shared>) -> Json<super::state::State> {
    Json((*sandbox.state()).clone())
}

/// What was asked, and what of it is not emulated.
async fn requests(Of(sandbox): Of<Shared>) -> Json<Value> {
    Json(json!({
        "exchanges": sandbox.record.exchanges(), "not_emulated": sandbox.record.not_emulated(),
    }))
}
