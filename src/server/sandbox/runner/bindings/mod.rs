//! The data of running Workers: workerd's bindings to KV, D1, R2 and Queues speak HTTP, and this is
//! who answers them, from the state that the API shows. One file per product.
//!
//! The protocols are workerd's own and not documented; they are read from workerd's and miniflare's
//! source: `src/workers/{kv,d1,queues,r2}` in cloudflare/workers-sdk.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::super::{Sandbox, Shared, serve};

/// How large a request may be: an object of R2 uploaded in one piece.
const MAX_BODY: usize = 300 << 20;

/// A listener for the runtime alone.
#[derive(Debug)]
pub(super) struct Data {
    /// Where it listens.
    pub(super) address: SocketAddr,
    _listener: JoinSet<std::convert::Infallible>,
}

impl Data {
    /// Listens on loopback, and answers those who know the key.
    pub(super) async fn listen(sandbox: &Shared, key: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        // Weak, because the sandbox owns what owns this.
        let sandbox = std::sync::Arc::downgrade(sandbox);
        let key: std::sync::Arc<str> = key.into();
        let mut listeners = JoinSet::new();
        listeners.spawn(serve::accept(listener, move |request| {
            let (sandbox, key) = (sandbox.upgrade(), key.clone());
            async move {
                let sandbox = sandbox.ok_or(serve::Dropped)?;
                Ok(answer(&sandbox, &key, request.map(Body::new)).await)
            }
        }));
        Ok(Self { address, _listener: listeners })
    }
}

async fn answer(sandbox: &Sandbox, key: &str, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if header("clodo-key") != Some(key) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (Some(product), Some(id)) = (header("clodo-product"), header("clodo-resource")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let _ = (sandbox, id, body);
    match product {
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}
