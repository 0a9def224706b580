//! One attempt at a request, and the client that makes it.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

use super::request::shown;
use super::{Answer, HttpError, Patience, Proxy, Request, Settings};

/// How large an answer may be.
const MAX_ANSWER: usize = 16 << 20;

/// How much of what an error says is worth showing, in characters.
const MAX_MESSAGE: usize = 300;

/// How often an answer may send us elsewhere.
const MAX_MOVES: usize = 3;

/// GitHub's header for the second at which a used up limit starts anew ("Rate limits for the REST
/// API" in its documentation).
const LIMIT_RESET: &str = "x-ratelimit-reset";
const LIMIT_LEFT: &str = "x-ratelimit-remaining";

/// How long GitHub wants us to wait after a secondary limit that names no time, from the same page.
const SECONDARY_LIMIT_WAIT: Duration = Duration::from_secs(60);

/// Builds the client.
pub(super) fn build(settings: &Settings) -> Result<reqwest::Client, HttpError> {
    builder(settings)?.build().map_err(|error| HttpError::Client(innermost(&error)))
}

/// What builds a client. It trusts Mozilla's authorities, so that it works where the system has
/// none, and the system's, since companies put theirs there.
pub(in crate::world) fn builder(settings: &Settings) -> Result<reqwest::ClientBuilder, HttpError> {
    let client = |error: &dyn std::error::Error| HttpError::Client(error.to_string());
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &settings.ca_bundle {
        let bad =
            |why: &dyn std::fmt::Display| HttpError::Client(format!("{}: {why}", path.display()));
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(&error))? {
            let certificate = certificate.map_err(|error| bad(&error))?;
            roots.add(certificate).map_err(|error| bad(&error))?;
        }
    }
    let tls =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| client(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
    let builder = reqwest::Client::builder()
        .user_agent(concat!("clodo/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls)
        // We follow by ourselves: see `attempt`.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(settings.patience.connect)
        .timeout(settings.patience.answer);
    Ok(match &settings.proxy {
        Proxy::Environment => builder,
        Proxy::Direct => builder.no_proxy(),
        Proxy::Via(url) => builder.proxy(reqwest::Proxy::all(url).map_err(|error| client(&error))?),
    })
}

/// Sends a request once. A move of the service is followed with the same method and body, and only
/// at the same origin: the token is meant for nobody else.
pub(super) async fn attempt(
    client: &reqwest::Client,
    request: &Request,
    patience: &Patience,
) -> Result<Answer, HttpError> {
    let mut url = request.url.clone();
    for _ in 0..=MAX_MOVES {
        let prepared = prepare(client, request, &url)?;
        let response = client.execute(prepared).await;
        let response = response.map_err(|error| lost(request, &error, patience))?;
        let moved = matches!(response.status().as_u16(), 301 | 302 | 307 | 308);
        match response.headers().get(LOCATION).filter(|_| moved).and_then(|to| elsewhere(&url, to))
        {
            Some(next) => url = next,
            None => return finish(request, response, patience).await,
        }
    }
    let url = request.shown_url();
    Err(HttpError::Unreadable { url, why: "it sends us in circles".to_owned() })
}

/// Where an answer sends us, if that is the same origin.
fn elsewhere(from: &str, to: &HeaderValue) -> Option<String> {
    let from = reqwest::Url::parse(from).ok()?;
    let to = from.join(to.to_str().ok()?).ok()?;
    (to.origin() == from.origin()).then(|| to.into())
}

fn prepare(
    client: &reqwest::Client,
    request: &Request,
    url: &str,
) -> Result<reqwest::Request, HttpError> {
    let mut builder = client.request(request.method.clone(), url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    if let Some((name, token)) = &request.auth {
        let value = HeaderValue::from_str(token.expose());
        let mut value = value.map_err(|_| {
            HttpError::Client("the token holds characters that no header can carry".to_owned())
        })?;
        value.set_sensitive(true);
        builder = builder.header(*name, value);
    }
    if let Some((user, password)) = &request.basic {
        builder = builder.basic_auth(user, Some(password.expose()));
    }
    if let Some(body) = &request.body {
        builder = builder.json(body);
    }
    builder.build().map_err(|error| HttpError::Unreachable {
        url: request.shown_url(),
        why: request.redacted(&innermost(&error.without_url())),
    })
}

async fn finish(
    request: &Request,
    mut response: reqwest::Response,
    patience: &Patience,
) -> Result<Answer, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| lost(request, &e, patience))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            let why = format!("it is larger than {} MiB", MAX_ANSWER >> 20);
            return Err(HttpError::Unreadable { url: request.shown_url(), why });
        }
    }
    let (status, url) = (response.status(), shown(response.url().as_str()));
    let headers = std::mem::take(response.headers_mut());
    let mut answer = Answer { status: status.as_u16(), url: url.clone(), headers, body };
    if status.is_success() {
        return Ok(answer);
    }
    answer.body = request.redacted(&String::from_utf8_lossy(&answer.body)).into_bytes();
    let message = message(&answer.body);
    let (limited, wait) = limits(answer.status, &answer.headers, &message);
    let (method, status, answer) = (request.method.to_string(), answer.status, Box::new(answer));
    Err(HttpError::Status { method, url, status, message, limited, wait, answer })
}

/// Whether an answer says that there were too many requests, and how long it wants us to wait.
/// GitHub says so with 403 as well.
fn limits(status: u16, headers: &HeaderMap, message: &str) -> (bool, Option<Duration>) {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let after = header(RETRY_AFTER.as_str()).and_then(|text| retry_after(text, Timestamp::now()));
    let used_up = header(LIMIT_LEFT) == Some("0");
    let secondary = message.contains("secondary rate limit");
    let limited = status == 429 || status == 403 && (after.is_some() || used_up || secondary);
    let reset = || header(LIMIT_RESET)?.parse().ok().and_then(until);
    let wait = match limited {
        true if secondary => after.or(Some(SECONDARY_LIMIT_WAIT)),
        true => after.or_else(|| if used_up { reset() } else { None }),
        false => after,
    };
    (limited, wait)
}

/// `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

fn until(second: i64) -> Option<Duration> {
    let then = Timestamp::from_second(second).ok()?;
    Some(Duration::try_from(then.duration_since(Timestamp::now())).unwrap_or_default())
}

/// What an answer that is no success says, in one line. Services put it under different names.
fn message(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = match serde_json::from_str::<Value>(&text) {
        Ok(json) => in_json(&json),
        // A page of HTML says nothing that a line can hold.
        Err(_) if text.trim_start().starts_with('<') => String::new(),
        Err(_) => text.into_owned(),
    };
    let line: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
}

fn in_json(json: &Value) -> String {
    match json {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(in_json).collect::<Vec<_>>().join("; "),
        Value::Object(object) => {
            let names = ["message", "error_description", "error", "errors", "detail", "body"];
            let said = names.iter().filter_map(|name| object.get(*name)).map(in_json);
            let said: Vec<_> = said.filter(|text| !text.is_empty()).collect();
            said.join(": ")
        }
        _ => String::new(),
    }
}

/// What to say of a request without an answer.
fn lost(request: &Request, error: &reqwest::Error, patience: &Patience) -> HttpError {
    let url = request.shown_url();
    let why = request.redacted(&innermost(error));
    match (error.is_connect(), error.is_timeout()) {
        (true, _) => HttpError::Unreachable { url, why },
        (false, true) => {
            HttpError::Broken { url, why: format!("no answer in {} s", patience.answer.as_secs()) }
        }
        (false, false) => HttpError::Broken { url, why },
    }
}

/// The cause that started it all: it says most, and holds no address.
pub(in crate::world) fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut words = None;
    while let Some(inner) = cause {
        words = Some(inner.to_string());
        cause = inner.source();
    }
    words.unwrap_or_else(|| "the request could not be made".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_in_both_forms() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let read = |text| retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(read("7"), Some(7));
        assert_eq!(read("Sun, 22 Nov 2026 12:00:30 GMT"), Some(30));
        assert_eq!(read("Sun, 22 Nov 2026 11:00:00 GMT"), Some(0));
        assert_eq!(read("soon"), None);
    }

    #[test]
    fn a_limit_is_told_from_a_refusal() {
        let limits = |status, headers: &[(&'static str, &str)], message| {
            let pairs = headers.iter().map(|(name, value)| {
                let value = HeaderValue::from_str(value).expect("a value");
                (reqwest::header::HeaderName::from_static(name), value)
            });
            let (limited, wait) = limits(status, &pairs.collect(), message);
            (limited, wait.map(|wait| wait.as_secs()))
        };
        assert_eq!(limits(403, &[], "Resource not accessible by integration"), (false, None));
        assert_eq!(limits(429, &[], ""), (true, None));
        assert_eq!(limits(403, &[("retry-after", "3")], ""), (true, Some(3)));
        let secondary = "You have exceeded a secondary rate limit.";
        assert_eq!(limits(403, &[], secondary), (true, Some(60)));
        let past = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1")];
        assert_eq!(limits(403, &past, "API rate limit exceeded"), (true, Some(0)));
        assert_eq!(limits(503, &[("retry-after", "2")], ""), (false, Some(2)));
    }

    #[test]
    fn messages_are_one_line() {
        let read = |text: &str| message(text.as_bytes());
        assert_eq!(read(r#"{"message":"Not\n Found","documentation_url":"x"}"#), "Not Found");
        let nested = r#"{"message":"Validation Failed","errors":[{"message":"body is too long"}]}"#;
        assert_eq!(read(nested), "Validation Failed: body is too long");
        assert_eq!(read(r#"{"message":{"body":["is too long"]}}"#), "is too long");
        assert_eq!(read(r#"{"type":"error","error":{"message":"Bad","detail":"x"}}"#), "Bad: x");
        assert_eq!(read("<html>"), "");
    }

    #[test]
    fn a_token_stays_at_its_origin() {
        let to = |text| elsewhere("https://a.b/c", &HeaderValue::from_static(text));
        assert_eq!(to("/d?e=f").as_deref(), Some("https://a.b/d?e=f"));
        assert_eq!(to("https://a.b/d").as_deref(), Some("https://a.b/d"));
        for other in ["http://a.b/d", "https://x.y/d", "//x.y/d", "https://a.b:444/d"] {
            assert_eq!(to(other), None, "{other}");
        }
    }

    #[test]
    fn a_client_can_be_built() {
        assert!(build(&Settings::default()).is_ok());
        let missing = Settings { ca_bundle: Some("/no/such/file".into()), ..Settings::default() };
        let error = build(&missing).expect_err("there is no such file").to_string();
        assert!(error.contains("/no/such/file"), "{error}");
    }
}
