//! What Workers did, as the runtime tells it after every request and event: see `node/tail.mjs`.

use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use super::super::spec::script_and_version;
use super::Resource;

/// Names the version that is told of.
const VERSION: &str = "clodo-version";

pub(super) fn routes() -> Router {
    Router::new().route("/", post(hear))
}

async fn hear(
    Resource { sandbox, .. }: Resource,
    headers: HeaderMap,
    Json(items): Json<Vec<Value>>,
) -> StatusCode {
    let named = headers.get(VERSION).and_then(|name| name.to_str().ok());
    if let Some((script, version)) = named.and_then(script_and_version)
        && sandbox.tails.is_followed()
    {
        items.into_iter().for_each(|item| sandbox.tails.tell(script, version, item));
    }
    StatusCode::NO_CONTENT
}
