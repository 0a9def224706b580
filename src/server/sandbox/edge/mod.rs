//! The edge: requests to Workers.
//!
//! [`destination`] says whose a URL is, [`split`](super::split) which version answers, and the runner has it answer.
//! The Worker sees the URL with `https`, whatever way the request took.

mod destination;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};

use super::runner::RunError;
use super::{Shared, split};
use destination::{Destination, destination, host};

/// What workerd reads `request.cf` from: `CF_BLOB`, miniflare's `CoreHeaders`.
const CF: &str = "mf-cf-blob";

/// `request.cf` of a client that is everywhere: the keys that every request on Cloudflare has.
const CF_OF_LOOPBACK: &str = r#"{"asn":0,"asOrganization":"loopback","city":null,"clientAcceptEncoding":"gzip","clientTcpRtt":0,"colo":"SBX","continent":"EU","country":"XX","httpProtocol":"HTTP/1.1","requestPriority":"","timezone":"Etc/UTC","tlsCipher":"AEAD-AES128-GCM-SHA256","tlsVersion":"TLSv1.3"}"#;

/// Answers a request to a Worker.
pub(super) async fn answer(sandbox: Shared, mut request: Request) -> Response<Body> {
    let state = sandbox.state();
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host(&state, named.or(request.uri().host()).unwrap_or_default());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let (script, version) = match destination(&state, &host, &path) {
        Destination::Worker(script) => {
            let chance = sandbox.source.chance();
            let version = state.workers.scripts.get(&script);
            match version.and_then(|it| split::version(&script, it, request.headers(), chance)) {
                Some(version) => (script, version),
                None => return failed(522, "522", &format!("{script} has no deployment")),
            }
        }
        Destination::Version(script, version) | Destination::Pages(script, version) => {
            (script, version)
        }
        Destination::Nothing => return plain(404, "There is nothing here yet\n".into()),
        Destination::Origin => {
            return failed(522, "522", &format!("no server stands behind {host}"));
        }
        Destination::Elsewhere => return failed(530, "1016", &format!("{host} is in no zone")),
    };
    let Ok(uri) = format!("https://{host}{path}").parse::<Uri>() else {
        return plain(400, "The URL cannot be read\n".into());
    };
    *request.uri_mut() = uri;
    introduce(&sandbox, request.headers_mut(), &host);
    match sandbox.runner.send(&sandbox, &script, &version, request).await {
        Ok(response) => response,
        Err(RunError::Threw(error)) => failed(500, "1101", &error),
        Err(error @ RunError::Unavailable(_)) => plain(503, format!("{error}\n")),
        Err(error @ RunError::Runtime(_)) => failed(500, "1101", &error.to_string()),
    }
}

/// The headers that Cloudflare puts on every request, in place of what the client sent under the names.
fn introduce(sandbox: &Shared, headers: &mut HeaderMap, host: &str) {
    let ray = &sandbox.source.id()[..16];
    let known = [
        ("host", host),
        ("cf-ray", ray),
        ("cf-connecting-ip", "127.0.0.1"),
        ("cf-ipcountry", "XX"),
        ("cf-visitor", r#"{"scheme":"https"}"#),
        ("x-forwarded-proto", "https"),
        ("x-real-ip", "127.0.0.1"),
        (CF, CF_OF_LOOPBACK),
    ];
    for (name, value) in known {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

/// Cloudflare's answer where a Worker or a server fails. Why goes into a header of the sandbox's own:
/// Cloudflare keeps it for the Worker's logs.
fn failed(status: u16, code: &str, why: &str) -> Response<Body> {
    let mut response = plain(status, format!("error code: {code}"));
    let why: String = why.chars().map(|it| if it.is_ascii_graphic() { it } else { ' ' }).collect();
    if let Ok(why) = HeaderValue::from_str(why.trim()) {
        response.headers_mut().insert("x-sandbox-error", why);
    }
    response
}

fn plain(status: u16, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let text = HeaderValue::from_static("text/plain; charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
