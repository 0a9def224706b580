//! R2: questions as JSON, in a header or before the bytes of an object; answers likewise.

mod asked;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::super::super::data::{Named, Upload};
use super::super::super::envelope::ApiError;
use super::super::super::state::r2::{DEFAULT_JURISDICTION, MultipartUpload, Object};
use super::Resource;
use asked::{Asked, Field, List, PartOf, Parts, Published, Put, Range, Read, UploadOf};

/// How many bytes of a body are JSON.
const METADATA_SIZE: HeaderName = HeaderName::from_static("cf-r2-metadata-size");
/// The question, where there is no body.
const REQUEST: HeaderName = HeaderName::from_static("cf-r2-request");
/// Why not.
const ERROR: HeaderName = HeaderName::from_static("cf-r2-error");

/// The headers of an object, as the account's state and as workerd have them.
const HTTP_FIELDS: [(&str, &str); 5] = [
    ("content-type", "contentType"),
    ("content-language", "contentLanguage"),
    ("content-disposition", "contentDisposition"),
    ("content-encoding", "contentEncoding"),
    ("cache-control", "cacheControl"),
];
/// When an object in a cache is stale: a date there, milliseconds since 1970 here.
const EXPIRES: (&str, &str) = ("expires", "cacheExpiry");

pub(super) fn routes() -> Router {
    Router::new().route("/", get(read).put(write))
}

/// A refusal, by the codes of R2: `R2ErrorCode`, `src/workers/r2/errors.worker.ts` of miniflare.
struct R2Error {
    status: u16,
    code: u32,
    message: String,
    /// What there is, where a condition did not hold.
    object: Option<Value>,
}

impl R2Error {
    fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), object: None }
    }

    fn no_such_key() -> Self {
        Self::new(404, 10007, "The specified key does not exist.")
    }

    fn invalid(error: impl std::fmt::Display) -> Self {
        Self::new(400, 10029, format!("Metadata missing or invalid: {error}"))
    }

    fn invalid_range() -> Self {
        Self::new(416, 10039, "The requested range is not satisfiable")
    }

    fn precondition_failed() -> Self {
        let message = "At least one of the pre-conditions you specified did not hold.";
        Self::new(412, 10031, message)
    }

    fn into_response(self) -> Response<Body> {
        let error = json!({ "version": 1, "v4code": self.code, "message": self.message });
        let mut response = match self.object {
            Some(object) => answer(&object, Bytes::new()),
            None => Response::new(Body::empty()),
        };
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        if let Ok(error) = HeaderValue::from_str(&error.to_string()) {
            response.headers_mut().insert(ERROR, error);
        }
        response
    }
}

impl From<ApiError> for R2Error {
    fn from(error: ApiError) -> Self {
        Self::new(error.status, error.code, error.message)
    }
}

async fn read(resource: Resource, headers: HeaderMap) -> Response<Body> {
    let question = headers.get(REQUEST).map(HeaderValue::as_bytes).unwrap_or_default();
    let answered = match serde_json::from_slice(question) {
        Ok(Asked::Head(asked)) => resource.head(&asked.object),
        Ok(Asked::Get(asked)) => resource.get(&asked),
        Ok(Asked::List(asked)) => resource.list(&asked),
        Ok(_) => Err(R2Error::invalid("no question")),
        Err(error) => Err(R2Error::invalid(error)),
    };
    answered.unwrap_or_else(R2Error::into_response)
}

async fn write(resource: Resource, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let size = headers.get(METADATA_SIZE).and_then(|size| size.to_str().ok()?.parse().ok());
    let Some(size) = size.filter(|size| *size <= body.len()) else {
        return R2Error::invalid("no size").into_response();
    };
    let answered = match serde_json::from_slice(&body[..size]) {
        Ok(Asked::Put(asked)) => resource.put(*asked, body.slice(size..)),
        Ok(Asked::Delete(asked)) => resource.delete(&asked.keys()),
        Ok(Asked::CreateMultipartUpload(asked)) => resource.begin(*asked),
        Ok(Asked::UploadPart(asked)) => resource.part(&asked, body.slice(size..)),
        Ok(Asked::CompleteMultipartUpload(asked)) => resource.complete(asked),
        Ok(Asked::AbortMultipartUpload(asked)) => resource.abort(&asked),
        Ok(_) => Err(R2Error::invalid("no change")),
        Err(error) => Err(R2Error::invalid(error)),
    };
    answered.unwrap_or_else(R2Error::into_response)
}

impl Resource {
    /// `JURISDICTION/NAME`, as [`super::super::env`] wrote it.
    fn bucket(&self) -> (&str, &str) {
        self.id.split_once('/').unwrap_or((DEFAULT_JURISDICTION, &self.id))
    }

    fn head(&self, key: &str) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        let object = self.sandbox.r2().head(place, bucket, key)?;
        let object = object.ok_or_else(R2Error::no_such_key)?;
        Ok(answer(&shown(key, &object, None), Bytes::new()))
    }

    fn get(&self, asked: &Read) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        let found = self.sandbox.r2().get(place, bucket, &asked.object)?;
        let (object, bytes) = found.ok_or_else(R2Error::no_such_key)?;
        if asked.only_if.as_ref().is_some_and(|condition| !condition.holds(Some(&object))) {
            let shown = shown(&asked.object, &object, None);
            return Err(R2Error { object: Some(shown), ..R2Error::precondition_failed() });
        }
        let range = asked.range(object.size).ok_or_else(R2Error::invalid_range)?;
        let bytes = match range {
            Some(Range { offset, length }) => {
                let place = |number| usize::try_from(number).map_err(R2Error::invalid);
                bytes.slice(place(offset)?..place(offset + length)?)
            }
            None => bytes,
        };
        Ok(answer(&shown(&asked.object, &object, range), bytes))
    }

    fn put(&self, asked: Put, bytes: Bytes) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        if let Some(condition) = &asked.only_if {
            let there = self.sandbox.r2().head(place, bucket, &asked.object)?;
            if !condition.holds(there.as_ref()) {
                return Err(R2Error::precondition_failed());
            }
        }
        let upload = Upload {
            bytes,
            http_metadata: http_metadata(&asked.http_fields),
            custom_metadata: custom_metadata(asked.custom_fields),
            storage_class: asked.storage_class,
        };
        let object = self.sandbox.r2().put(place, bucket, &asked.object, upload)?;
        Ok(answer(&shown(&asked.object, &object, None), Bytes::new()))
    }

    fn delete(&self, keys: &[String]) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        self.sandbox.r2().delete(place, bucket, keys)?;
        Ok(Response::new(Body::empty()))
    }

    fn begin(&self, asked: Put) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        let upload = MultipartUpload {
            key: asked.object,
            http_metadata: http_metadata(&asked.http_fields),
            custom_metadata: custom_metadata(asked.custom_fields),
            storage_class: asked.storage_class,
            ..MultipartUpload::default()
        };
        let id = self.sandbox.r2().begin(place, bucket, upload)?;
        Ok(answer(&json!({ "uploadId": id }), Bytes::new()))
    }

    fn part(&self, asked: &PartOf, bytes: Bytes) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        let (upload, number) = (asked.upload.names(), asked.part_number);
        let etag = self.sandbox.r2().part(place, bucket, upload, number, bytes)?;
        Ok(answer(&json!({ "etag": etag }), Bytes::new()))
    }

    fn complete(&self, asked: Parts) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        let named =
            asked.parts.into_iter().map(|Published { part, etag }| Named { number: part, etag });
        let (id, key) = asked.upload.names();
        let object = self.sandbox.r2().complete(place, bucket, (id, key), named.collect())?;
        Ok(answer(&shown(key, &object, None), Bytes::new()))
    }

    fn abort(&self, asked: &UploadOf) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        self.sandbox.r2().abort(place, bucket, asked.names())?;
        Ok(Response::new(Body::empty()))
    }

    fn list(&self, asked: &List) -> Result<Response<Body>, R2Error> {
        let (place, bucket) = self.bucket();
        // A cursor is a key, too.
        let cursor = asked.cursor.as_deref().max(asked.start_after.as_deref());
        let delimiter = asked.delimiter.as_deref();
        let limit = asked.limit.unwrap_or(usize::MAX);
        let objects = self.sandbox.r2();
        let listed = objects.list(place, bucket, &asked.prefix, delimiter, limit, cursor)?;
        let shown = |(key, object): &(String, Object)| {
            let mut shown = shown(key, object, None);
            if !asked.with_http() {
                shown["httpFields"] = json!({});
            }
            if !asked.with_custom() {
                shown["customFields"] = json!([]);
            }
            shown
        };
        let mut answered = json!({
            "objects": listed.objects.iter().map(shown).collect::<Vec<_>>(),
            "truncated": listed.cursor.is_some(),
            "delimitedPrefixes": listed.prefixes,
        });
        if let Some(cursor) = listed.cursor {
            answered["cursor"] = cursor.into();
        }
        Ok(answer(&answered, Bytes::new()))
    }
}

fn custom_metadata(fields: Vec<Field>) -> BTreeMap<String, String> {
    fields.into_iter().map(|field| (field.k, field.v)).collect()
}

/// JSON, and then bytes.
fn answer(json: &Value, bytes: Bytes) -> Response<Body> {
    let json = json.to_string().into_bytes();
    let size = HeaderValue::from(json.len());
    let mut body = json;
    body.extend_from_slice(&bytes);
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(METADATA_SIZE, size);
    response
}

/// An object without its bytes.
fn shown(key: &str, object: &Object, range: Option<Range>) -> Value {
    let mut http = Map::new();
    for (header, field) in HTTP_FIELDS {
        let value = object.http_metadata.get(header).map(|value| value.as_str().into());
        http.extend(value.map(|value: Value| (field.to_owned(), value)));
    }
    let expires = object.http_metadata.get(EXPIRES.0).and_then(|date| milliseconds(date));
    http.extend(expires.map(|time| (EXPIRES.1.to_owned(), time.into())));
    let custom = object.custom_metadata.iter().map(|(k, v)| json!({ "k": k, "v": v }));
    let mut shown = json!({
        "name": key, "version": object.version, "size": object.size, "etag": object.etag,
        "uploaded": milliseconds(&object.uploaded), "httpFields": http,
        "customFields": custom.collect::<Vec<_>>(), "checksums": {},
        "storageClass": object.storage_class,
    });
    if let Some(Range { offset, length }) = range {
        shown["range"] = json!({ "offset": offset, "length": length });
    }
    shown
}

fn http_metadata(fields: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut metadata = BTreeMap::new();
    for (header, field) in HTTP_FIELDS {
        let value = fields.get(field).and_then(Value::as_str);
        metadata.extend(value.map(|value| (header.to_owned(), value.to_owned())));
    }
    let expiry = fields.get(EXPIRES.1).and_then(asked::number);
    let expiry = expiry.and_then(|time| jiff::Timestamp::from_millisecond(time).ok());
    metadata.extend(expiry.map(|time| (EXPIRES.0.to_owned(), time.to_string())));
    metadata
}

/// A time of the API in JavaScript's unit.
fn milliseconds(time: &str) -> Option<i64> {
    time.parse().ok().map(jiff::Timestamp::as_millisecond)
}
