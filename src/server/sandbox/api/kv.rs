//! `/storage/kv/namespaces`: namespaces, keys and values.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Path, Request, State as Of};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value as Json_, json};

use super::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::data::{Entry, Key, Value};
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    INVALID_KV_REQUEST, KEYS_REQUIRED, NO_SUCH_KEY, NO_SUCH_NAMESPACE, TITLE_EXISTS, TITLE_REQUIRED,
};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::kv::{Kv, KvNamespace};
use crate::server::sandbox::{Sandbox, Shared};

const READ: Permission = Permission::of(&["Workers KV Storage Read", "Workers KV Storage Write"]);
const WRITE: Permission = Permission::of(&["Workers KV Storage Write"]);
/// 20 namespaces, and as many as Wrangler asks for (`per_page=1000`, cli.js:222130).
const PER_PAGE: PerPage = PerPage { default: 20, max: 1000 };
/// Keys of a list, unless it asks for less.
const MAX_KEYS: usize = 1000;
/// Seconds that a value lives at least.
const MIN_TTL: i64 = 60;

/// Account and namespace.
type OfNamespace = Path<(String, String)>;
/// Account, namespace and key.
type OfKey = Path<(String, String, String)>;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/storage/kv/namespaces", READ, list)
        .post("/accounts/{account_id}/storage/kv/namespaces", WRITE, create)
        .get("/accounts/{account_id}/storage/kv/namespaces/{namespace_id}", READ, get)
        .put("/accounts/{account_id}/storage/kv/namespaces/{namespace_id}", WRITE, rename)
        .delete("/accounts/{account_id}/storage/kv/namespaces/{namespace_id}", WRITE, delete)
        .get("/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/keys", READ, keys)
        .get(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/values/{key_name}",
            READ,
            read,
        )
        .put(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/values/{key_name}",
            WRITE,
            write,
        )
        .delete(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/values/{key_name}",
            WRITE,
            remove,
        )
        .get(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/metadata/{key_name}",
            READ,
            metadata,
        )
        .put("/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/bulk", WRITE, write_all)
        // Wrangler's way; the description has only the other.
        .delete(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/bulk",
            WRITE,
            remove_all,
        )
        .post(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/bulk/delete",
            WRITE,
            remove_all,
        )
        .post(
            "/accounts/{account_id}/storage/kv/namespaces/{namespace_id}/bulk/get",
            READ,
            read_all,
        )
        .into()
}

fn shown(namespace: &KvNamespace) -> Json_ {
    let mut shown = json!({
        "id": namespace.id, "title": namespace.title, "supports_url_encoding": true,
    });
    if let Some(jurisdiction) = &namespace.jurisdiction {
        shown["jurisdiction"] = json!(jurisdiction);
    }
    shown
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let mut namespaces: Vec<&KvNamespace> = state.kv.namespaces.iter().collect();
    match query.get("order") {
        Some("title") => namespaces.sort_by(|a, b| a.title.cmp(&b.title)),
        Some("id") => namespaces.sort_by(|a, b| a.id.cmp(&b.id)),
        _ => {}
    }
    if query.get("direction") == Some("desc") {
        namespaces.reverse();
    }
    page(namespaces.into_iter().map(shown), &query, PER_PAGE)
}

#[derive(Deserialize)]
struct New {
    title: Option<String>,
    jurisdiction: Option<String>,
}

/// A title that may be given.
fn title(kv: &Kv, title: Option<String>) -> Result<String, ApiError> {
    let title = title.filter(|title| !title.is_empty()).ok_or(TITLE_REQUIRED)?;
    if kv.namespaces.iter().any(|namespace| namespace.title == title) {
        return Err(TITLE_EXISTS.into());
    }
    Ok(title)
}

async fn create(Of(sandbox): Of<Shared>, Json(new): Json<New>) -> Reply {
    let id = sandbox.source.id();
    let made = sandbox.store.change(|state| {
        let title = title(&state.kv, new.title)?;
        let namespace =
            KvNamespace { id, title, jurisdiction: new.jurisdiction, ..KvNamespace::default() };
        let made = shown(&namespace);
        state.kv.namespaces.push(namespace);
        Ok(made)
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfNamespace) -> Reply {
    ok(shown(sandbox.state().kv.namespace(&id).ok_or(NO_SUCH_NAMESPACE)?))
}

async fn rename(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfNamespace,
    Json(new): Json<New>,
) -> Reply {
    let renamed = sandbox.store.change(|state| {
        let title = title(&state.kv, new.title)?;
        let namespace = state.kv.namespace_mut(&id).ok_or(NO_SUCH_NAMESPACE)?;
        namespace.title = title;
        Ok(shown(namespace))
    })?;
    ok(renamed)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfNamespace) -> Reply {
    sandbox.store.change(|state| {
        state.kv.namespace(&id).ok_or(NO_SUCH_NAMESPACE)?;
        state.kv.namespaces.retain(|namespace| namespace.id != id);
        Ok(())
    })?;
    ok(json!({}))
}

async fn keys(Of(sandbox): Of<Shared>, Path((_, id)): OfNamespace, query: Query) -> Reply {
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(MAX_KEYS);
    let prefix = query.get("prefix").unwrap_or_default();
    let cursor = query.get("cursor").filter(|cursor| !cursor.is_empty());
    let cursor = cursor.map(|cursor| {
        let key = STANDARD.decode(cursor).ok().and_then(|key| String::from_utf8(key).ok());
        key.ok_or_else(|| INVALID_KV_REQUEST.saying("invalid cursor"))
    });
    let listed = sandbox.kv().list(&id, prefix, limit, cursor.transpose()?.as_deref())?;
    let shown = |Key { name, metadata, expiration }: &Key| {
        let mut shown = json!({ "name": name });
        if let Some(expiration) = expiration {
            shown["expiration"] = json!(expiration);
        }
        if let Some(metadata) = metadata {
            shown["metadata"] = metadata.clone();
        }
        shown
    };
    let keys: Vec<Json_> = listed.keys.iter().map(shown).collect();
    let cursor = listed.cursor.map(|key| STANDARD.encode(key)).unwrap_or_default();
    Ok(ok(&keys)?.info(json!({ "count": keys.len(), "cursor": cursor })))
}

/// The value of a key, or the error for one without.
fn value(sandbox: &Sandbox, namespace: &str, key: &str) -> Result<Value, ApiError> {
    sandbox.kv().get(namespace, key)?.ok_or_else(|| NO_SUCH_KEY.into())
}

async fn read(Of(sandbox): Of<Shared>, Path((_, id, key)): OfKey) -> Result<Response, ApiError> {
    let value = value(&sandbox, &id, &key)?;
    let mut response =
        ([(header::CONTENT_TYPE, "application/octet-stream")], value.bytes).into_response();
    if let Some(expiration) = value.expiration {
        response.headers_mut().insert("expiration", expiration.into());
    }
    Ok(response)
}

async fn metadata(Of(sandbox): Of<Shared>, Path((_, id, key)): OfKey) -> Reply {
    ok(value(&sandbox, &id, &key)?.metadata)
}

async fn write(
    Of(sandbox): Of<Shared>,
    Path((_, id, key)): OfKey,
    query: Query,
    request: Request,
) -> Reply {
    let number = |name: &str| query.get(name).and_then(|value| value.parse().ok());
    let expiration = expiration(&sandbox, number("expiration"), number("expiration_ttl"))?;
    let (bytes, metadata) = body(request).await?;
    sandbox.kv().put(&id, vec![Entry { key, value: Value { bytes, metadata, expiration } }])?;
    ok(json!({}))
}

/// The value and the metadata of a request: a form with both, or the bare value.
async fn body(request: Request) -> Result<(Bytes, Option<Json_>), ApiError> {
    let invalid = |why: String| INVALID_KV_REQUEST.saying(why);
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_form = content_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    if !is_form {
        let bytes = Bytes::from_request(request, &()).await;
        return Ok((bytes.map_err(|error| invalid(error.body_text()))?, None));
    }
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error| invalid(error.body_text()))?;
    let (mut value, mut metadata) = (Bytes::new(), None);
    while let Some(field) = form.next_field().await.map_err(|error| invalid(error.body_text()))? {
        let is_metadata = field.name() == Some("metadata");
        let bytes = field.bytes().await.map_err(|error| invalid(error.body_text()))?;
        if is_metadata {
            let read = serde_json::from_slice(&bytes);
            metadata = Some(read.map_err(|error| invalid(format!("metadata: {error}")))?);
        } else {
            value = bytes;
        }
    }
    Ok((value, metadata))
}

/// When a value ends, in seconds since 1970.
fn expiration(
    sandbox: &Sandbox,
    at: Option<i64>,
    ttl: Option<i64>,
) -> Result<Option<i64>, ApiError> {
    let now = sandbox.source.timestamp().as_second();
    let end = at.or(ttl.map(|ttl| now + ttl));
    if end.is_some_and(|end| end < now + MIN_TTL) {
        return Err(INVALID_KV_REQUEST
            .saying(format!("expiration must be at least {MIN_TTL} seconds in the future")));
    }
    Ok(end)
}

async fn remove(Of(sandbox): Of<Shared>, Path((_, id, key)): OfKey) -> Reply {
    sandbox.kv().delete(&id, &[key])?;
    ok(json!({}))
}

#[derive(Deserialize)]
struct Sent {
    key: String,
    value: String,
    #[serde(default)]
    base64: bool,
    expiration: Option<i64>,
    expiration_ttl: Option<i64>,
    metadata: Option<Json_>,
}

async fn write_all(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfNamespace,
    Json(sent): Json<Vec<Sent>>,
) -> Reply {
    if sent.is_empty() {
        return Err(KEYS_REQUIRED.into());
    }
    let count = sent.len();
    let entry = |sent: Sent| {
        let expiration = expiration(&sandbox, sent.expiration, sent.expiration_ttl)?;
        let bytes = if sent.base64 {
            let decoded = STANDARD.decode(&sent.value);
            let why = |error| INVALID_KV_REQUEST.saying(format!("'{}': {error}", sent.key));
            Bytes::from(decoded.map_err(why)?)
        } else {
            Bytes::from(sent.value)
        };
        let value = Value { bytes, metadata: sent.metadata, expiration };
        Ok(Entry { key: sent.key, value })
    };
    let entries = sent.into_iter().map(entry).collect::<Result<_, ApiError>>()?;
    sandbox.kv().put(&id, entries)?;
    ok(all(count))
}

async fn remove_all(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfNamespace,
    Json(keys): Json<Vec<Named>>,
) -> Reply {
    if keys.is_empty() {
        return Err(KEYS_REQUIRED.into());
    }
    let keys: Vec<String> = keys.into_iter().map(Named::name).collect();
    sandbox.kv().delete(&id, &keys)?;
    ok(all(keys.len()))
}

/// A key, also as `kv key list` prints it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Named {
    Bare(String),
    Listed { name: String },
}

impl Named {
    fn name(self) -> String {
        match self {
            Self::Bare(name) | Self::Listed { name } => name,
        }
    }
}

/// What a bulk request answers when all of it was done.
fn all(count: usize) -> Json_ {
    json!({ "successful_key_count": count, "unsuccessful_keys": [] })
}

#[derive(Deserialize)]
struct Wanted {
    keys: Vec<String>,
    #[serde(default)]
    r#type: Option<String>,
    #[serde(default, rename = "withMetadata")]
    with_metadata: bool,
}

async fn read_all(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfNamespace,
    Json(wanted): Json<Wanted>,
) -> Reply {
    if wanted.keys.is_empty() {
        return Err(KEYS_REQUIRED.into());
    }
    let mut values = Map::new();
    for key in wanted.keys {
        let found = sandbox.kv().get(&id, &key)?;
        let shown = found.map(|Value { bytes, metadata, .. }| {
            let text = String::from_utf8_lossy(&bytes);
            let value = match wanted.r#type.as_deref() {
                Some("json") => serde_json::from_str(&text).unwrap_or(Json_::Null),
                _ => json!(text),
            };
            if wanted.with_metadata {
                json!({ "value": value, "metadata": metadata })
            } else {
                value
            }
        });
        values.insert(key, shown.unwrap_or_default());
    }
    ok(json!({ "values": values }))
}
