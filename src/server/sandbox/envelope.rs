//! How the API answers: `{success, errors, messages, result, result_info}`.

use std::borrow::Cow;
use std::fmt;

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// What a handler gives.
pub type Reply = Result<Answer, ApiError>;

/// An answer that says yes.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    result: Value,
    info: Option<Value>,
    messages: Vec<Value>,
}

/// Answers with a result.
pub fn ok(result: impl Serialize) -> Reply {
    let result = serde_json::to_value(result).map_err(|error| {
        ApiError::new(500, 10013, format!("the sandbox cannot write its answer: {error}"))
    })?;
    Ok(Answer { status: StatusCode::OK, result, info: None, messages: Vec::new() })
}

impl Answer {
    /// The same with another status, such as 201.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with `result_info`: where in a list this is.
    #[must_use]
    pub fn info(mut self, info: Value) -> Self {
        self.info = Some(info);
        self
    }

    /// The same with a message beside the result, as Cloudflare adds to some.
    #[must_use]
    pub fn message(mut self, code: u32, message: &str) -> Self {
        self.messages.push(json!({ "code": code, "message": message }));
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut body = json!({
            "success": true, "errors": [], "messages": self.messages, "result": self.result,
        });
        if let Some(info) = self.info {
            body["result_info"] = info;
        }
        (self.status, axum::Json(body)).into_response()
    }
}

/// How sure it is that Cloudflare answers so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Somebody saw the answer of the real API: an issue, a recorded session, captured codes.
    Observed,
    /// Cloudflare's documentation or Wrangler's source names it.
    Documented,
    /// Neither: status, code or text is made up to fit.
    Guessed,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Observed => "observed",
            Self::Documented => "documented",
            Self::Guessed => "guessed",
        })
    }
}

/// An answer that says no.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// Cloudflare's code.
    pub code: u32,
    /// What is said.
    pub message: Cow<'static, str>,
    /// How sure it is that Cloudflare says so.
    pub mark: Mark,
    /// What lies beneath: `error_chain`.
    pub chain: Vec<(u32, &'static str)>,
}

impl ApiError {
    /// An error of the sandbox's own, which no documentation knows. Documented ones are constants
    /// in `errors`.
    pub fn new(status: u16, code: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), mark: Mark::Guessed, chain: Vec::new() }
    }

    /// The same with what lies beneath.
    #[must_use]
    pub fn because(mut self, code: u32, message: &'static str) -> Self {
        self.chain.push((code, message));
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.chain.is_empty() {
            let beneath = |(code, message)| json!({ "code": code, "message": message });
            error["error_chain"] = self.chain.into_iter().map(beneath).collect();
        }
        let body = json!({
            "success": false, "errors": [error], "messages": [], "result": null,
        });
        (status, [("x-sandbox-error", self.mark.to_string())], axum::Json(body)).into_response()
    }
}

/// An answer outside of the envelope: bytes of a type.
pub fn raw(content_type: &'static str, bytes: impl Into<Bytes>) -> Response {
    ([(header::CONTENT_TYPE, content_type)], bytes.into()).into_response()
}
