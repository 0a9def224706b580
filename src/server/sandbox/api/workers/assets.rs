//! Static assets: a session that says which files are missing, and their upload.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State as Of};
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::OfScript;
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::INVALID_ASSETS;
use crate::server::sandbox::paging::Query;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::{Asset, AssetUpload};
use crate::server::sandbox::token::{Claims, verify};

/// How many files go into one request.
const BUCKET: usize = 50;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .post(
            "/accounts/{account_id}/workers/scripts/{script_name}/assets-upload-session",
            Permission::WORKERS_WRITE,
            begin,
        )
        // The token of the session is the credential.
        .post("/accounts/{account_id}/workers/assets/upload", Permission::NONE, upload)
        .into()
}

#[derive(Deserialize)]
struct Manifest {
    manifest: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    hash: String,
}

async fn begin(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Json(Manifest { manifest }): Json<Manifest>,
) -> Reply {
    let manifest: BTreeMap<_, _> =
        manifest.into_iter().map(|(path, entry)| (path, entry.hash)).collect();
    let id = sandbox.source.id();
    sandbox.store.change(|state| {
        let upload = AssetUpload { script: name, manifest };
        let missing: Vec<&str> = missing(state, &upload).into_iter().collect();
        let claims = Claims::new(&id, missing.is_empty(), sandbox.source.timestamp());
        let jwt = claims.sign(&state.account.signing_key);
        let buckets: Vec<_> = missing.chunks(BUCKET).map(Vec::from).collect();
        let answer = ok(json!({ "jwt": jwt, "buckets": buckets }));
        state.workers.uploads.insert(id, upload);
        answer
    })
}

/// The files of an upload that are not there yet.
fn missing<'a>(state: &State, upload: &'a AssetUpload) -> BTreeSet<&'a str> {
    let hashes = upload.manifest.values().map(|hash| &**hash);
    hashes.filter(|hash| !state.workers.assets.contains_key(*hash)).collect()
}

/// Takes files: the name of a part is the hash, and its content is base64. 201 with another token
/// after the last, 202 before.
async fn upload(
    Of(sandbox): Of<Shared>,
    query: Query,
    headers: HeaderMap,
    mut form: Multipart,
) -> Reply {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let now = sandbox.source.timestamp();
    let claims = verify(&sandbox.state().account.signing_key, token, now);
    let claims = claims.ok_or_else(|| ApiError::from(INVALID_ASSETS))?;
    let mut files = BTreeMap::new();
    while let Some(field) = form.next_field().await.map_err(|_| INVALID_ASSETS)? {
        let hash = field.name().unwrap_or_default().to_owned();
        // `application/null` is how a file says that it has no type (cli.js:170775).
        let content_type = field.content_type().filter(|kind| *kind != "application/null");
        let content_type = content_type.map(str::to_owned);
        let mut bytes = field.bytes().await.map_err(|_| INVALID_ASSETS)?;
        if query.is_set("base64") {
            bytes = Bytes::from(STANDARD.decode(&bytes).map_err(|_| INVALID_ASSETS)?);
        }
        let blob = sandbox.store.put_blob(bytes)?;
        files.insert(hash, Asset { blob, content_type });
    }
    sandbox.store.change(|state| {
        state.workers.assets.extend(files);
        let upload = state.workers.uploads.get(&claims.id).ok_or(INVALID_ASSETS)?;
        if !missing(state, upload).is_empty() {
            return Ok(ok(json!({ "jwt": Value::Null }))?.status(StatusCode::ACCEPTED));
        }
        let jwt = Claims::new(&claims.id, true, now).sign(&state.account.signing_key);
        Ok(ok(json!({ "jwt": jwt }))?.status(StatusCode::CREATED))
    })
}
