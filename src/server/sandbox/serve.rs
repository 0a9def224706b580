//! Listeners, and what is common to every request: its record, its headers, its faults.

use std::convert::Infallible;
use std::future::Future;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::api::Template;
use super::envelope::ApiError;
use super::record::Exchange;
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
        // A connection that ends before it is taken concerns nobody.
        let Ok((stream, _)) = listener.accept().await else { continue };
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
        let mut response = Response::new(Body::from("the request is too large, or it broke off\n"));
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    parts.extensions.insert(sandbox.clone());
    let is_forge = forge::answers(parts.uri.path());
    let mut exchange = asked(&parts, &body);
    let response = call(&router, Request::from_parts(parts, Body::from(body))).await;
    let (mut parts, body) = response.into_parts();
    // What is not JSON may be large, and may never end.
    let body = if is_json(&parts.headers) {
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Dropped)?;
        exchange.response = serde_json::from_slice(&bytes).ok();
        Body::from(bytes)
    } else {
        body
    };
    exchange.status = parts.status.as_u16();
    exchange.template = parts.extensions.get::<Template>().map(|template| template.0);
    sandbox.record.add(exchange);
    if !is_forge {
        stamp(&sandbox, &mut parts.headers);
    }
    Ok(Response::from_parts(parts, body))
}

async fn call(router: &Router, request: Request) -> Response<Body> {
    use tower_service::Service as _;
    // The router is always ready, and cannot fail.
    match router.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The half of an exchange that is known before the answer.
fn asked(parts: &axum::http::request::Parts, body: &Bytes) -> Exchange {
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let path = parts.uri.path();
    Exchange {
        method: parts.method.to_string(),
        path: path.strip_prefix(PREFIX).unwrap_or(path).to_owned(),
        query: parts.uri.query().map(str::to_owned),
        template: None,
        request_type: content_type.and_then(|value| value.to_str().ok()).map(str::to_owned),
        request: serde_json::from_slice::<Value>(body).ok(),
        status: 0,
        response: None,
        fault: false,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json")
}

/// The headers that every answer of Cloudflare's has.
fn stamp(sandbox: &Shared, headers: &mut HeaderMap) {
    let ray = format!("{}-SBX", &sandbox.source.id()[..16]);
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put("cf-ray", &ray);
    put("server", "cloudflare");
    put("ratelimit", "\"default\";r=1200;t=300");
    put("ratelimit-policy", "\"default\";q=1200;w=300");
}

/// Nothing answers to the path.
pub(super) async fn no_route(request: Request) -> ApiError {
    super::auth::could_not_route(request.uri().path())
}
