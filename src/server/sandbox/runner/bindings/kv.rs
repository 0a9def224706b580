//! Workers KV.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::super::data::{self, Entry};
use super::{Refused, Resource};

/// JSON, beside a value.
const METADATA: &str = "cf-kv-metadata";
/// When a value ends, beside it.
const EXPIRATION: &str = "cf-expiration";

/// The shortest life of a value, in seconds, and so for all that follows:
/// <https://developers.cloudflare.com/kv/api/write-key-value-pairs/>.
const MIN_TTL: i64 = 60;
/// Keys of one bulk read.
const MAX_BULK_KEYS: usize = 100;
/// Keys of one answer to a list.
const MAX_LIST: usize = 1000;

pub(super) fn routes() -> Router {
    Router::new()
        .route("/", get(list))
        .route("/bulk/get", post(bulk))
        .route("/{key}", get(read).put(write).delete(delete))
}

async fn read(resource: Resource, Path(key): Path<String>) -> Result<Response, Refused> {
    let value = resource.sandbox.kv().get(&resource.id, &key)?;
    let data::Value { bytes, metadata, expiration } =
        value.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "Not Found"))?;
    let mut headers = HeaderMap::new();
    let header = |text: String| text.parse().ok();
    let metadata = metadata.and_then(|metadata| header(ascii(&metadata)));
    let expiration = expiration.and_then(|expiration| header(expiration.to_string()));
    headers.extend(metadata.map(|value| (METADATA.parse().ok(), value)));
    headers.extend(expiration.map(|value| (EXPIRATION.parse().ok(), value)));
    Ok((headers, bytes).into_response())
}

/// JSON as a header may have it.
fn ascii(json: &Value) -> String {
    let escaped = |it: char| -> String {
        let mut units = [0; 2];
        it.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
    };
    let text = json.to_string();
    text.chars().map(|it| if it.is_ascii() { it.into() } else { escaped(it) }).collect()
}

#[derive(Deserialize)]
struct Life {
    expiration: Option<i64>,
    expiration_ttl: Option<i64>,
}

async fn write(
    resource: Resource,
    Path(key): Path<String>,
    Query(life): Query<Life>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(), Refused> {
    let now = resource.sandbox.source.timestamp().as_second();
    let expiration = life.expiration_ttl.map(|ttl| now + ttl).or(life.expiration);
    if expiration.is_some_and(|expiration| expiration < now + MIN_TTL) {
        let (what, value) = match life.expiration_ttl {
            Some(ttl) => ("expiration_ttl", ttl),
            None => ("expiration", life.expiration.unwrap_or_default()),
        };
        let reason =
            format!("Invalid {what} of {value}. A value must live for {MIN_TTL} seconds at least.");
        return Err(Refused::new(StatusCode::BAD_REQUEST, reason));
    }
    let metadata =
        headers.get(METADATA).and_then(|value| serde_json::from_slice(value.as_bytes()).ok());
    let value = data::Value { bytes, metadata, expiration };
    Ok(resource.sandbox.kv().put(&resource.id, vec![Entry { key, value }])?)
}

async fn delete(resource: Resource, Path(key): Path<String>) -> Result<(), Refused> {
    Ok(resource.sandbox.kv().delete(&resource.id, &[key])?)
}

#[derive(Deserialize)]
struct List {
    key_count_limit: Option<usize>,
    #[serde(default)]
    prefix: String,
    cursor: Option<String>,
}

async fn list(resource: Resource, Query(asked): Query<List>) -> Result<Json<Value>, Refused> {
    let limit = asked.key_count_limit.unwrap_or(MAX_LIST);
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let listed = resource.sandbox.kv().list(&resource.id, &asked.prefix, limit, cursor)?;
    let keys = listed.keys.into_iter().map(|key| {
        let mut shown = Map::from_iter([("name".into(), key.name.into())]);
        shown.extend(key.expiration.map(|expiration| ("expiration".into(), expiration.into())));
        // As text with JSON in it, which workerd reads.
        shown.extend(key.metadata.map(|json| ("metadata".into(), json.to_string().into())));
        Value::Object(shown)
    });
    let mut answer = json!({ "keys": keys.collect::<Vec<_>>(), "cacheStatus": null });
    answer["list_complete"] = listed.cursor.is_none().into();
    if let Some(cursor) = listed.cursor {
        answer["cursor"] = cursor.into();
    }
    Ok(Json(answer))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bulk {
    keys: Vec<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    with_metadata: bool,
}

async fn bulk(resource: Resource, bytes: Bytes) -> Result<Json<BTreeMap<String, Value>>, Refused> {
    let refused = |reason: String| Refused::new(StatusCode::BAD_REQUEST, reason);
    let asked: Bulk = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
    if asked.keys.is_empty() || asked.keys.len() > MAX_BULK_KEYS {
        return Err(refused(format!("You can request 1 to {MAX_BULK_KEYS} keys")));
    }
    let mut answer = BTreeMap::new();
    for key in &asked.keys {
        let value = resource.sandbox.kv().get(&resource.id, key)?;
        let shown = value.map(|value| asked.shown(&value)).transpose()?;
        answer.insert(key.clone(), shown.unwrap_or_default());
    }
    Ok(Json(answer))
}

impl Bulk {
    fn shown(&self, value: &data::Value) -> Result<Value, Refused> {
        let text = String::from_utf8_lossy(&value.bytes);
        let shown = if self.kind.as_deref() == Some("json") {
            serde_json::from_str(&text).map_err(|_| {
                let reason = "At least one of the requested keys corresponds to a non-json value";
                Refused::new(StatusCode::BAD_REQUEST, reason)
            })?
        } else {
            Value::from(text)
        };
        if self.with_metadata {
            return Ok(json!({ "value": shown, "metadata": value.metadata }));
        }
        Ok(shown)
    }
}
