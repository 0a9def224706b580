//! The way to a Worker: HTTP to the runtime, with the whole URL in the first line as to a proxy, and
//! the version in a header. See `node/dispatcher.mjs`.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use futures_util::StreamExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::{Flight, RunError, runtime};

/// Names the version to the dispatcher.
const VERSION: HeaderName = HeaderName::from_static("clodo-version");
/// Says to the dispatcher that this is an event and not a request.
const EVENT: HeaderName = HeaderName::from_static("clodo-event");
/// On an answer: its body is what the Worker threw.
const EXCEPTION: HeaderName = HeaderName::from_static("clodo-exception");

/// How large an answer to an event may be, or what a Worker threw.
const SMALL: usize = 1 << 20;

/// How often the runtime is asked for a connection again.
const CONNECT_TRIES: u32 = 40;
/// The pause between two of these.
const CONNECT_PAUSE: Duration = Duration::from_millis(50);

/// Headers that are of a connection and not of a request: RFC 9110, section 7.6.1.
const OF_A_CONNECTION: [HeaderName; 5] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
];

/// The way to a version.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) port: u16,
    pub(super) worker: String,
    pub(super) flight: Flight,
}

/// Sends a request, and gives the answer as it comes.
pub(super) async fn request(way: Way, mut request: Request) -> Result<Response<Body>, RunError> {
    let upgrade = hyper::upgrade::on(&mut request);
    let is_upgrade = request.headers().contains_key(header::UPGRADE);
    request.headers_mut().remove(EVENT);
    if !is_upgrade {
        strip(request.headers_mut());
    }
    let mut response = exchange(&way, request).await?;
    if response.headers().contains_key(EXCEPTION) {
        let bytes = to_bytes(response.into_body(), SMALL).await.map_err(runtime)?;
        return Err(RunError::Threw(String::from_utf8_lossy(&bytes).into_owned()));
    }
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let far = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            let (Ok(near), Ok(far)) = (upgrade.await, far.await) else { return };
            // Ends when either side does; how is the concern of the two.
            let (mut near, mut far) = (TokioIo::new(near), TokioIo::new(far));
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
        return Ok(response);
    }
    strip(response.headers_mut());
    let flight = way.flight;
    Ok(response.map(|body| {
        // On its way until the last byte.
        let stream = body.into_data_stream().map(move |chunk| {
            let _ = &flight;
            chunk
        });
        Body::from_stream(stream)
    }))
}

/// Hands an event to a version's handler, and gives what workerd says about it.
pub(super) async fn event(way: Way, kind: &'static str, event: &Value) -> Result<Value, RunError> {
    let mut request = Request::new(Body::from(event.to_string()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = hyper::Uri::from_static("https://sandbox.invalid/");
    request.headers_mut().insert(EVENT, HeaderValue::from_static(kind));
    let response = exchange(&way, request).await?;
    let threw = response.headers().contains_key(EXCEPTION);
    let bytes = to_bytes(response.into_body(), SMALL).await.map_err(runtime)?;
    if threw {
        return Err(RunError::Threw(String::from_utf8_lossy(&bytes).into_owned()));
    }
    serde_json::from_slice(&bytes).map_err(runtime)
}

async fn exchange(way: &Way, mut request: Request) -> Result<Response<Body>, RunError> {
    let worker = HeaderValue::from_str(&way.worker).map_err(runtime)?;
    request.headers_mut().insert(VERSION, worker);
    let stream = connect(way.port).await.map_err(runtime)?;
    stream.set_nodelay(true).map_err(runtime)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(runtime)?;
    // Ends with the exchange; what breaks is seen there.
    tokio::spawn(connection.with_upgrades());
    let response = sender.send_request(request).await.map_err(runtime)?;
    Ok(response.map(Body::new))
}

/// Connects; a runtime that crashed is back within moments, because miniflare starts it again.
async fn connect(port: u16) -> std::io::Result<TcpStream> {
    let mut tries = CONNECT_TRIES;
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
            Err(_) if tries > 0 => {
                tries -= 1;
                tokio::time::sleep(CONNECT_PAUSE).await;
            }
            connected => return connected,
        }
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in OF_A_CONNECTION {
        headers.remove(name);
    }
}
