//! Files of a deployment, uploaded before it with a token of their own (cli.js:303143).

use axum::extract::{Path, State as Of};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use super::{OfProject, WRITE, project};
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{INVALID_PAGES_REQUEST, UPLOAD_UNAUTHORIZED};
use crate::server::sandbox::state::workers::Asset;
use crate::server::sandbox::token::{Claims, verify};
use crate::server::sandbox::{Sandbox, Shared};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/accounts/{account_id}/pages/projects/{project_name}/upload-token", WRITE, token)
        // The upload token is the credential.
        .post("/pages/assets/check-missing", Permission::NONE, missing)
        .post("/pages/assets/upload", Permission::NONE, upload)
        .post("/pages/assets/upsert-hashes", Permission::NONE, keep)
}

async fn token(Of(sandbox): Of<Shared>, Path((_, name)): OfProject) -> Reply {
    let state = sandbox.state();
    let project = project(&state, &name)?;
    let claims = Claims::new(&project.id, false, sandbox.source.timestamp());
    ok(json!({ "jwt": claims.sign(&state.account.signing_key) }))
}

/// Refuses a request without a token that is good.
fn check(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(), ApiError> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent.and_then(|sent| sent.strip_prefix("Bearer "));
    let key = &sandbox.state().account.signing_key;
    let now = sandbox.source.timestamp();
    token.and_then(|token| verify(key, token, now)).ok_or(UPLOAD_UNAUTHORIZED)?;
    Ok(())
}

#[derive(Deserialize)]
struct Hashes {
    hashes: Vec<String>,
}

async fn missing(
    Of(sandbox): Of<Shared>,
    headers: HeaderMap,
    Json(Hashes { hashes }): Json<Hashes>,
) -> Reply {
    check(&sandbox, &headers)?;
    let state = sandbox.state();
    ok(hashes.iter().filter(|hash| !state.pages.assets.contains_key(*hash)).collect::<Vec<_>>())
}

#[derive(Deserialize)]
struct File {
    key: String,
    value: String,
    #[serde(default)]
    base64: bool,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default, rename = "contentType")]
    content_type: Option<String>,
}

async fn upload(
    Of(sandbox): Of<Shared>,
    headers: HeaderMap,
    Json(files): Json<Vec<File>>,
) -> Reply {
    check(&sandbox, &headers)?;
    let count = files.len();
    let asset = |File { key, value, base64, metadata }| {
        let bytes = if base64 {
            STANDARD
                .decode(value)
                .map_err(|error| INVALID_PAGES_REQUEST.saying(error.to_string()))?
        } else {
            value.into_bytes()
        };
        let blob = sandbox.store.put_blob(bytes.into())?;
        Ok((key, Asset { blob, content_type: metadata.content_type }))
    };
    let assets: Vec<_> = files.into_iter().map(asset).collect::<Result<_, ApiError>>()?;
    sandbox.store.change(|state| {
        state.pages.assets.extend(assets);
        Ok(())
    })?;
    ok(json!({ "successful_key_count": count, "unsuccessful_keys": [] }))
}

/// Files are kept for ever here; there is nothing to put off.
async fn keep(
    Of(sandbox): Of<Shared>,
    headers: HeaderMap,
    Json(Hashes { .. }): Json<Hashes>,
) -> Reply {
    check(&sandbox, &headers)?;
    ok(true)
}
