//! What a forge answers: JSON as it is, without an envelope.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::server::sandbox::envelope::{ApiError, Mark};

/// What a handler gives.
pub(super) type Reply = Result<Answer, Refusal>;

/// An answer that says yes.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Option<Value>,
    headers: HeaderMap,
}

/// An answer that says no.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    body: Value,
    mark: Mark,
    headers: Box<HeaderMap>,
}

/// Answers 200 with a body.
pub(super) fn ok(body: impl Serialize) -> Reply {
    with(StatusCode::OK, body)
}

/// Answers 201 with a body.
pub(super) fn created(body: impl Serialize) -> Reply {
    with(StatusCode::CREATED, body)
}

/// Answers with a body.
pub(super) fn with(status: StatusCode, body: impl Serialize) -> Reply {
    let body = serde_json::to_value(body).map_err(|error| {
        let message = format!("the sandbox cannot write its answer: {error}");
        Refusal::new(500, Mark::Guessed, Value::String(message))
    })?;
    Ok(Answer { status, body: Some(body), headers: HeaderMap::new() })
}

/// Answers 204.
pub(super) fn no_content() -> Reply {
    Ok(Answer { status: StatusCode::NO_CONTENT, body: None, headers: HeaderMap::new() })
}

impl Answer {
    /// The same with a header.
    pub(super) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        put(&mut self.headers, name, value);
        self
    }
}

impl Refusal {
    pub(super) fn new(status: u16, mark: Mark, body: Value) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, body, mark, headers: Box::default() }
    }

    /// The same with a header.
    pub(super) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        put(&mut self.headers, name, value);
        self
    }

    /// The same with headers.
    pub(super) fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }
}

/// Adds a header. What cannot be one is left out.
pub(super) fn put(headers: &mut HeaderMap, name: &'static str, value: impl ToString) {
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Self { status, body, headers } = self;
        match body {
            Some(body) => (status, headers, Json(body)).into_response(),
            None => (status, headers).into_response(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, body, mark, headers } = self;
        let mark = [("x-sandbox-error", mark.to_string())];
        (status, mark, *headers, Json(body)).into_response()
    }
}

/// The state could not be written.
impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let body = serde_json::json!({ "message": error.message });
        Self::new(error.status, error.mark, body)
    }
}
