//! The data of running Workers: workerd's bindings to KV, D1, R2 and Queues speak HTTP, and this is
//! who answers them, from the state that the API shows. One file per product, and one that hears
//! what Workers did.
//!
//! The protocols are workerd's own and not documented; they are read from miniflare's source,
//! `src/workers/{kv,d1,queues,r2}` in <https://github.com/cloudflare/workers-sdk>.

mod d1;
mod kv;
mod queue;
mod r2;
mod trace;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse as _;
use hyper::ext::ReasonPhrase;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_service::Service as _;

use super::super::envelope::ApiError;
use super::super::{Shared, serve};

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
        let sandbox = Arc::downgrade(sandbox);
        let (key, products): (Arc<str>, _) = (key.into(), Products::new());
        let mut listeners = JoinSet::new();
        listeners.spawn(serve::accept(listener, move |request| {
            let (sandbox, key, products) = (sandbox.upgrade(), key.clone(), products.clone());
            async move {
                let sandbox = sandbox.ok_or(serve::Dropped)?;
                Ok(products.answer(sandbox, &key, request.map(Body::new)).await)
            }
        }));
        Ok(Self { address, _listener: listeners })
    }
}

/// Who answers for each product.
#[derive(Clone)]
struct Products {
    kv: Router,
    d1: Router,
    r2: Router,
    queue: Router,
    trace: Router,
}

impl Products {
    fn new() -> Self {
        let products = [kv::routes(), d1::routes(), r2::routes(), queue::routes(), trace::routes()];
        let [kv, d1, r2, queue, trace] =
            products.map(|routes| routes.layer(DefaultBodyLimit::disable()));
        Self { kv, d1, r2, queue, trace }
    }

    async fn answer(&self, sandbox: Shared, key: &str, mut request: Request) -> Response<Body> {
        let (mut router, id) = match self.asked(key, request.headers()) {
            Ok(asked) => asked,
            Err(status) => return status.into_response(),
        };
        request.extensions_mut().insert(Resource { sandbox, id });
        match router.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Which product is asked, and about which resource: the headers that `node/plugin.mjs` adds.
    fn asked(&self, key: &str, headers: &HeaderMap) -> Result<(Router, String), StatusCode> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if header("clodo-key") != Some(key) {
            return Err(StatusCode::FORBIDDEN);
        }
        let router = match header("clodo-product") {
            Some("kv") => &self.kv,
            Some("d1") => &self.d1,
            Some("r2") => &self.r2,
            Some("queue") => &self.queue,
            Some("trace") => &self.trace,
            _ => return Err(StatusCode::NOT_FOUND),
        };
        Ok((router.clone(), header("clodo-resource").unwrap_or_default().to_owned()))
    }
}

/// What a request is about.
#[derive(Clone, Debug)]
struct Resource {
    sandbox: Shared,
    /// The id or name that the binding has.
    id: String,
}

impl<S: Sync> FromRequestParts<S> for Resource {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get().cloned().ok_or(StatusCode::BAD_REQUEST)
    }
}

/// A refusal. workerd puts the status and its reason into the message of the error that it throws.
struct Refused {
    status: StatusCode,
    reason: String,
}

impl Refused {
    fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, error.message)
    }
}

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        let mut response = (self.status, self.reason.clone()).into_response();
        // A reason with bytes that a status line cannot have stays in the body.
        if let Ok(reason) = ReasonPhrase::try_from(self.reason.into_bytes()) {
            response.extensions_mut().insert(reason);
        }
        response
    }
}
