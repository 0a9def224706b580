//! Listeners, and what is common to every request: its record, its headers, its faults.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use futures_util::stream;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::budget::{Left, WINDOW};
use super::envelope::ApiError;
use super::errors::{THROTTLED, UNKNOWN_ERROR};
use super::faults::What;
use super::record::{Exchange, Template};
use super::{PREFIX, Shared, forge};

/// How large a request may be: Cloudflare's own limit for one upload is 100 MB on most plans.
const MAX_BODY: usize = 128 << 20;

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer was dropped")]
pub(super) struct Dropped;

/// Takes connections until it is dropped, which closes them.
pub(super) async fn accept<H, F>(listener: TcpListener, handle: H) -> Infallible
where
    H: Fn(hyper::Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response<Body>, Dropped>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        // A connection that ends before it is taken concerns nobody. Where there are too many, some
        // have to end first.
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(1)).await;
            continue;
        };
        // Small answers are not held back for a packet to fill.
        let _ = stream.set_nodelay(true);
        let service = service_fn(handle.clone());
        while connections.try_join_next().is_some() {}
        connections.spawn(async move {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A client that went away, or whose answer was dropped on purpose.
            let _ = connection.with_upgrades().await;
        });
    }
}

/// Answers a request to the API.
pub(super) async fn api(
    sandbox: Shared,
    router: Router,
    request: hyper::Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(Body::new(body), MAX_BODY).await else {
        let text = "the request is too large, or it broke off\n";
        return Ok((StatusCode::PAYLOAD_TOO_LARGE, text).into_response());
    };
    parts.extensions.insert(sandbox.clone());
    let path = path(&parts).to_owned();
    let is_cloudflare = parts.uri.path().starts_with(PREFIX);
    let is_forge = forge::answers(&path);
    // The forges count for themselves, and the sandbox's own endpoints have no bad days.
    let limit = sandbox.state().limits.api_requests.filter(|_| is_cloudflare);
    let left = sandbox.budget.spend(limit, sandbox.source.timestamp());
    let faults = match is_cloudflare || is_forge {
        true => sandbox.faults.strike(&sandbox.source, parts.method.as_str(), &path),
        false => Vec::new(),
    };
    let mut exchange = asked(&parts, &body);
    exchange.fault = !faults.is_empty();
    let response = match (left.requests, before(&sandbox, &path, &faults).await) {
        (None, _) => throttled(left.seconds),
        (_, Some(refused)) => refused,
        (_, None) => {
            let request = || Request::from_parts(parts.clone(), Body::from(body.clone()));
            if faults.contains(&What::Duplicate) {
                call(&router, request()).await?;
            }
            call(&router, request()).await?
        }
    };
    let (mut parts, body) = response.into_parts();
    // What is not JSON may be large, and may never end.
    let mut body = if is_json(&parts.headers) {
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Dropped)?;
        exchange.response = serde_json::from_slice(&bytes).ok();
        Body::from(bytes)
    } else {
        body
    };
    exchange.status = parts.status.as_u16();
    exchange.template = parts.extensions.get::<Template>().map(|template| template.0);
    let is_faulty = exchange.fault;
    if exchange.path.starts_with("/sandbox/") {
        return Ok(Response::from_parts(parts, body));
    }
    sandbox.record.add(exchange);
    if !is_forge {
        stamp(&sandbox, left, &mut parts.headers);
    }
    if is_faulty {
        body = after(&faults, body, &mut parts.headers).await?;
    }
    Ok(Response::from_parts(parts, body))
}

/// The path after `/client/v4`.
fn path(parts: &Parts) -> &str {
    let path = parts.uri.path();
    path.strip_prefix(PREFIX).unwrap_or(path)
}

/// Has a request answered. One that has arrived is done to its end, also when who sent it is killed
/// meanwhile: Cloudflare would not notice either.
async fn call(router: &Router, request: Request) -> Result<Response<Body>, Dropped> {
    use tower_service::Service as _;
    // The router is always ready, and cannot fail.
    match tokio::spawn(router.clone().call(request)).await.map_err(|_| Dropped)? {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// What faults do to a request before it is looked at. An answer is one that refuses it.
async fn before(sandbox: &Shared, path: &str, faults: &[What]) -> Option<Response<Body>> {
    let mut refused = None;
    for fault in faults {
        if let Some(refusal) = forge::answers(path).then(|| forge::refusal(path, fault)).flatten() {
            refused.get_or_insert(refusal);
            continue;
        }
        let refusal = match fault {
            What::Latency(milliseconds) => {
                sleep(Duration::from_millis(*milliseconds)).await;
                None
            }
            What::Revoke(group) => sandbox.revoke(group).err().map(ApiError::into_response),
            What::RateLimit { retry_after } => {
                Some(throttled(i64::try_from(*retry_after).unwrap_or(WINDOW)))
            }
            What::Error { status, code } => {
                let text = "An error that was asked for.";
                Some(ApiError::new(*status, *code, text).into_response())
            }
            What::Trigger(_) => Some(ApiError::from(UNKNOWN_ERROR).into_response()),
            What::Malformed { status } => Some(page(sandbox, *status)),
            What::DropReply | What::Duplicate | What::Trickle { .. } => None,
        };
        refused = refused.or(refusal);
    }
    refused
}

/// What faults do to an answer.
async fn after(faults: &[What], body: Body, headers: &mut HeaderMap) -> Result<Body, Dropped> {
    let mut body = body;
    for fault in faults {
        match fault {
            What::DropReply => return Err(Dropped),
            What::Trickle { bytes, pause } => {
                headers.remove(header::CONTENT_LENGTH);
                let whole = to_bytes(body, usize::MAX).await.map_err(|_| Dropped)?;
                body = trickle(whole, (*bytes).max(1), Duration::from_millis(*pause));
            }
            _ => {}
        }
    }
    Ok(body)
}

/// A body that comes in small pieces.
fn trickle(whole: Bytes, size: usize, pause: Duration) -> Body {
    Body::from_stream(stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, Infallible>(piece), rest))
    }))
}

fn throttled(seconds: i64) -> Response<Body> {
    let mut response = ApiError::from(THROTTLED).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A page as a firewall gives it. Wrangler looks for the Ray ID in it.
fn page(sandbox: &Shared, status: u16) -> Response<Body> {
    let ray = &sandbox.source.id()[..16];
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head>\n\
         <body><h1>Sorry, you have been blocked</h1>\n\
         <p>Cloudflare Ray ID: <strong>{ray}</strong></p></body></html>\n"
    );
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], page).into_response()
}

/// The half of an exchange that is known before the answer.
fn asked(parts: &Parts, body: &Bytes) -> Exchange {
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    Exchange {
        method: parts.method.to_string(),
        path: path(parts).to_owned(),
        query: parts.uri.query().map(str::to_owned),
        template: None,
        request_type: content_type.and_then(|value| value.to_str().ok()).map(str::to_owned),
        request: serde_json::from_slice(body).ok(),
        status: 0,
        response: None,
        fault: false,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json")
}

/// The headers that every answer of Cloudflare's has.
fn stamp(sandbox: &Shared, left: Left, headers: &mut HeaderMap) {
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    put("cf-ray", format!("{}-SBX", &sandbox.source.id()[..16]));
    put("server", "cloudflare".into());
    let Left { quota, requests, seconds } = left;
    put("ratelimit", format!("\"default\";r={};t={seconds}", requests.unwrap_or(0)));
    put("ratelimit-policy", format!("\"default\";q={quota};w={WINDOW}"));
}

/// Nothing answers to the path.
pub(super) async fn no_route(request: Request) -> ApiError {
    super::auth::could_not_route(request.uri().path())
}
