//! `/graphql`: the analytics that Wrangler asks for in `d1 info` and `r2 bucket info`.
//!
//! This is no GraphQL: whatever is asked, the answer has the groups that Wrangler reads. Those of D1
//! are empty; that of R2 counts.

use axum::Router;
use axum::extract::State as Of;
use axum::response::Response;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, raw};

pub(super) fn routes() -> Router<Shared> {
    Routes::default().post("/graphql", Permission::ANY, answer).into()
}

async fn answer(Of(sandbox): Of<Shared>, Json(asked): Json<Value>) -> Result<Response, ApiError> {
    let state = sandbox.state();
    let wanted = asked["variables"]["filter"]["bucketName"].as_str().unwrap_or_default();
    let objects = state.r2.buckets.iter().filter(|bucket| bucket.name == wanted);
    let objects: Vec<_> = objects.flat_map(|bucket| bucket.objects.values()).collect();
    let size: u64 = objects.iter().map(|object| object.size).sum();
    let account = json!({
        "d1AnalyticsAdaptiveGroups": [], "d1QueriesAdaptiveGroups": [],
        "r2StorageAdaptiveGroups": [{
            "max": { "objectCount": objects.len(), "payloadSize": size, "metadataSize": 0 },
            "dimensions": { "datetime": sandbox.source.now() },
        }],
    });
    let answer = json!({ "data": { "viewer": { "accounts": [account] } }, "errors": null });
    Ok(raw("application/json", answer.to_string()))
}
