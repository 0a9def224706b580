//! The sandbox's own endpoints, below `/sandbox`: what Cloudflare has not.
//!
//! They need no token. A browser that shows somebody's page must not reach them, so that requests
//! from a page, or to another name than loopback's, are refused.

use axum::extract::{Request, State as Of};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Shared;
use super::body::Json as Sent;
use super::envelope::ApiError;
use super::faults::Fault;
use super::state::State;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/sandbox/state", get(state))
        .route("/sandbox/requests", get(requests))
        .merge(super::runner::control::routes())
        .merge(super::forge::control())
        .route("/sandbox/reset", post(reset))
        .route("/sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .layer(from_fn(only_local))
}

async fn only_local(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    let is_local = matches!(host, Some("127.0.0.1" | "localhost" | "[::1]"));
    if !is_local || request.headers().contains_key(header::ORIGIN) {
        return (StatusCode::FORBIDDEN, "only for programs on this machine\n").into_response();
    }
    next.run(request).await
}

/// The whole account as plain data.
async fn state(Of(sandbox): Of<Shared>) -> Json<State> {
    Json((*sandbox.state()).clone())
}

/// What was asked, and what of it is not emulated.
async fn requests(Of(sandbox): Of<Shared>) -> Json<Value> {
    Json(json!({
        "exchanges": sandbox.record.exchanges(), "not_emulated": sandbox.record.not_emulated(),
    }))
}

/// Puts the account back to what it was when the sandbox started.
async fn reset(Of(sandbox): Of<Shared>) -> Result<StatusCode, ApiError> {
    sandbox.reset()?;
    Ok(StatusCode::NO_CONTENT)
}

async fn faults(Of(sandbox): Of<Shared>) -> Json<Value> {
    let faults = sandbox.faults.list().into_iter();
    Json(faults.map(|(fault, struck)| json!({ "fault": fault, "struck": struck })).collect())
}

async fn add_fault(Of(sandbox): Of<Shared>, Sent(fault): Sent<Fault>) -> StatusCode {
    sandbox.faults.add(fault);
    StatusCode::CREATED
}

async fn clear_faults(Of(sandbox): Of<Shared>) -> StatusCode {
    sandbox.faults.clear();
    StatusCode::NO_CONTENT
}
