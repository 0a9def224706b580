//! `/r2/buckets`: buckets, and the objects in them as `wrangler r2 object` reads and writes them.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, State as Of};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::data::Upload;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    BUCKET_EXISTS, BUCKET_NOT_EMPTY, INVALID_BUCKET_NAME, NO_SUCH_BUCKET, NO_SUCH_OBJECT,
    R2_NOT_ENABLED,
};
use crate::server::sandbox::paging::Query;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::r2::{Bucket, DEFAULT_JURISDICTION, Object};

const READ: Permission = Permission::of(&["Workers R2 Storage Read", "Workers R2 Storage Write"]);
const WRITE: Permission = Permission::of(&["Workers R2 Storage Write"]);
/// Buckets or objects in one answer.
const MAX_PER_PAGE: usize = 1000;
/// Buckets in one answer that asks for no number.
const USUAL_PER_PAGE: usize = 20;
/// Bytes of a name.
const NAME: std::ops::RangeInclusive<usize> = 3..=63;
/// The header that says for which objects a bucket, or which object, is meant.
const STORAGE_CLASS: &str = "cf-r2-storage-class";
/// The headers that are kept with an object.
const KEPT: [&str; 6] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
];

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/r2/buckets", READ, list)
        .post("/accounts/{account_id}/r2/buckets", WRITE, create)
        .get("/accounts/{account_id}/r2/buckets/{bucket_name}", READ, get)
        .patch("/accounts/{account_id}/r2/buckets/{bucket_name}", WRITE, change)
        .delete("/accounts/{account_id}/r2/buckets/{bucket_name}", WRITE, delete)
        .get("/accounts/{account_id}/r2/buckets/{bucket_name}/objects", READ, objects)
        .get("/accounts/{account_id}/r2/buckets/{bucket_name}/objects/{object_key}", READ, read)
        .put("/accounts/{account_id}/r2/buckets/{bucket_name}/objects/{object_key}", WRITE, write)
        .delete(
            "/accounts/{account_id}/r2/buckets/{bucket_name}/objects/{object_key}",
            WRITE,
            remove,
        )
        .into()
}

/// Account and bucket.
type OfBucket = Path<(String, String)>;
/// Account, bucket and key.
type OfObject = Path<(String, String, String)>;

/// Where a bucket must be: the header `cf-r2-jurisdiction`.
struct Jurisdiction(String);

impl<S: Send + Sync> FromRequestParts<S> for Jurisdiction {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let sent = parts.headers.get("cf-r2-jurisdiction").and_then(|value| value.to_str().ok());
        Ok(Self(sent.filter(|sent| !sent.is_empty()).unwrap_or(DEFAULT_JURISDICTION).to_owned()))
    }
}

fn shown(bucket: &Bucket) -> Value {
    let mut shown = json!({
        "name": bucket.name, "creation_date": bucket.creation_date,
        "jurisdiction": bucket.jurisdiction, "storage_class": bucket.storage_class,
    });
    if let Some(location) = &bucket.location {
        shown["location"] = json!(location);
    }
    shown
}

fn per_page(query: &Query, usual: usize) -> usize {
    let asked = query.get("per_page").and_then(|number| number.parse().ok());
    asked.unwrap_or(usual).clamp(1, MAX_PER_PAGE)
}

fn enabled(state: &State) -> Result<(), ApiError> {
    if state.r2.enabled { Ok(()) } else { Err(R2_NOT_ENABLED.into()) }
}

async fn list(Of(sandbox): Of<Shared>, place: Jurisdiction, query: Query) -> Reply {
    let state = sandbox.state();
    enabled(&state)?;
    let per_page = per_page(&query, USUAL_PER_PAGE);
    let part = query.get("name_contains").unwrap_or_default();
    let after = query.get("cursor").or(query.get("start_after")).filter(|after| !after.is_empty());
    let descends = query.get("direction") == Some("desc");
    let of_place = |bucket: &&Bucket| bucket.jurisdiction == place.0 && bucket.name.contains(part);
    let mut buckets: Vec<&Bucket> = state.r2.buckets.iter().filter(of_place).collect();
    buckets.sort_by(|a, b| a.name.cmp(&b.name));
    if descends {
        buckets.reverse();
    }
    // A cursor is the last name of the part before.
    let is_after = |bucket: &&Bucket| match after {
        None => true,
        Some(after) => {
            if descends {
                bucket.name.as_str() < after
            } else {
                bucket.name.as_str() > after
            }
        }
    };
    let mut rest = buckets.into_iter().filter(is_after);
    let found: Vec<&Bucket> = rest.by_ref().take(per_page).collect();
    let last = found.last().filter(|_| rest.next().is_some());
    let cursor = last.map(|bucket| bucket.name.as_str()).unwrap_or_default();
    let shown: Vec<Value> = found.iter().map(|bucket| shown(bucket)).collect();
    Ok(ok(json!({ "buckets": shown }))?.info(json!({ "cursor": cursor, "per_page": per_page })))
}

#[derive(Deserialize)]
struct New {
    name: Option<String>,
    #[serde(rename = "locationHint")]
    location: Option<String>,
    #[serde(rename = "storageClass")]
    storage_class: Option<String>,
}

fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    NAME.contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

async fn create(Of(sandbox): Of<Shared>, place: Jurisdiction, Json(new): Json<New>) -> Reply {
    let now = sandbox.source.now();
    let made = sandbox.store.change(|state| {
        enabled(state)?;
        let name = new.name.filter(|name| is_name(name)).ok_or(INVALID_BUCKET_NAME)?;
        if state.r2.bucket(&place.0, &name).is_some() {
            return Err(BUCKET_EXISTS.into());
        }
        let usual = Bucket::default();
        let bucket = Bucket {
            name,
            jurisdiction: place.0,
            creation_date: now,
            location: new.location,
            storage_class: new.storage_class.unwrap_or(usual.storage_class.clone()),
            ..usual
        };
        let made = shown(&bucket);
        state.r2.buckets.push(bucket);
        Ok(made)
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, place: Jurisdiction, Path((_, name)): OfBucket) -> Reply {
    let state = sandbox.state();
    enabled(&state)?;
    ok(shown(state.r2.bucket(&place.0, &name).ok_or(NO_SUCH_BUCKET)?))
}

async fn change(
    Of(sandbox): Of<Shared>,
    place: Jurisdiction,
    Path((_, name)): OfBucket,
    headers: HeaderMap,
) -> Reply {
    let class = text(&headers, STORAGE_CLASS);
    let changed = sandbox.store.change(|state| {
        enabled(state)?;
        let bucket = state.r2.bucket_mut(&place.0, &name).ok_or(NO_SUCH_BUCKET)?;
        if let Some(class) = class {
            bucket.storage_class = class;
        }
        Ok(shown(bucket))
    })?;
    ok(changed)
}

async fn delete(Of(sandbox): Of<Shared>, place: Jurisdiction, Path((_, name)): OfBucket) -> Reply {
    sandbox.store.change(|state| {
        enabled(state)?;
        let bucket = state.r2.bucket(&place.0, &name).ok_or(NO_SUCH_BUCKET)?;
        if !bucket.objects.is_empty() {
            let account = &state.account.id;
            return Err(BUCKET_NOT_EMPTY.saying(format!(
                "The bucket you tried to delete ({name}) is not empty (account {account})."
            )));
        }
        state.r2.buckets.retain(|bucket| !bucket.is(&place.0, &name));
        Ok(())
    })?;
    ok(json!({}))
}

async fn objects(
    Of(sandbox): Of<Shared>,
    place: Jurisdiction,
    Path((_, bucket)): OfBucket,
    query: Query,
) -> Reply {
    let per_page = per_page(&query, MAX_PER_PAGE);
    let after = query.get("cursor").or(query.get("start_after")).filter(|after| !after.is_empty());
    let listed = sandbox.r2().list(
        &place.0,
        &bucket,
        query.get("prefix").unwrap_or_default(),
        query.get("delimiter"),
        per_page,
        after,
    )?;
    let shown: Vec<Value> =
        listed.objects.iter().map(|(key, object)| listed_object(key, object)).collect();
    let info = json!({
        "cursor": listed.cursor.clone().unwrap_or_default(), "is_truncated": listed.cursor.is_some(),
        "per_page": per_page, "delimited": listed.prefixes,
    });
    Ok(ok(shown)?.info(info))
}

fn listed_object(key: &str, object: &Object) -> Value {
    let header = |name: &str| object.http_metadata.get(name);
    let mut http = serde_json::Map::new();
    for (name, field) in [
        ("cache-control", "cacheControl"),
        ("content-disposition", "contentDisposition"),
        ("content-encoding", "contentEncoding"),
        ("content-language", "contentLanguage"),
        ("content-type", "contentType"),
    ] {
        http.extend(header(name).map(|value| (field.to_owned(), json!(value))));
    }
    json!({
        "key": key, "etag": object.etag, "size": object.size, "last_modified": object.uploaded,
        "http_metadata": http, "custom_metadata": object.custom_metadata,
        "storage_class": object.storage_class, "ssec": false,
    })
}

async fn read(
    Of(sandbox): Of<Shared>,
    place: Jurisdiction,
    Path((_, bucket, key)): OfObject,
) -> Result<Response, ApiError> {
    let found = sandbox.r2().get(&place.0, &bucket, &key)?;
    let (object, bytes) = found.ok_or(NO_SUCH_OBJECT)?;
    let mut response = bytes.into_response();
    let etag = ("etag".to_owned(), format!("\"{}\"", object.etag));
    for (name, value) in object.http_metadata.into_iter().chain([etag]) {
        let name = HeaderName::try_from(name);
        // What came in a header fits into one.
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

async fn write(
    Of(sandbox): Of<Shared>,
    place: Jurisdiction,
    Path((_, bucket, key)): OfObject,
    headers: HeaderMap,
    bytes: Bytes,
) -> Reply {
    let kept = KEPT.iter().filter_map(|name| Some(((*name).to_owned(), text(&headers, name)?)));
    let upload = Upload {
        bytes,
        http_metadata: kept.collect(),
        custom_metadata: BTreeMap::new(),
        storage_class: text(&headers, STORAGE_CLASS),
    };
    let object = sandbox.r2().put(&place.0, &bucket, &key, upload)?;
    ok(json!({
        "key": key, "etag": object.etag, "size": object.size.to_string(),
        "version": object.version, "uploaded": object.uploaded,
        "storage_class": object.storage_class,
    }))
}

async fn remove(
    Of(sandbox): Of<Shared>,
    place: Jurisdiction,
    Path((_, bucket, key)): OfObject,
) -> Reply {
    sandbox.r2().delete(&place.0, &bucket, std::slice::from_ref(&key))?;
    ok(json!({ "key": key }))
}

/// A header that is text.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
