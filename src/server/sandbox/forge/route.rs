//! How the routes of a forge are declared: method, path, gate, handler.

use std::future::Future;

use axum::Router;
use axum::extract::{Request, State as Of};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};

use super::{Asked, Refusal, Reply};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::Template;

/// What a route asks of a request before its handler sees it.
pub(super) trait Gate: Copy + Send + Sync + 'static {
    /// Where the API begins.
    const PREFIX: &str;

    /// What the handler gets.
    type Call: Send;

    /// Counts the request: the headers that say how many are left, or that there were too many.
    fn meter(asked: &Asked) -> Result<HeaderMap, Refusal>;

    /// Lets the request pass if who asks may.
    fn admit(self, asked: Asked) -> Result<Self::Call, Refusal>;
}

/// Routes. Paths are templates as in the forge's published description.
pub(super) struct Routes(Router<Shared>);

impl Routes {
    pub(super) fn new() -> Self {
        Self(Router::new())
    }

    pub(super) fn on<G, H, F>(
        self,
        method: MethodFilter,
        path: &'static str,
        gate: G,
        handler: H,
    ) -> Self
    where
        G: Gate,
        H: Fn(G::Call) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let answer = async move |Of(sandbox): Of<Shared>, request: Request| {
            let asked = Asked::of(sandbox, G::PREFIX, request).await;
            let mut response = call(gate, handler, asked).await;
            response.extensions_mut().insert(Template(path));
            response
        };
        Self(self.0.route(path, on(method, answer)))
    }

    /// The same with the routes of another subject.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0.merge(other.0))
    }

    pub(super) fn into_router(self) -> Router<Shared> {
        self.0
    }
}

async fn call<G, H, F>(gate: G, handler: H, asked: Asked) -> Response
where
    G: Gate,
    H: Fn(G::Call) -> F,
    F: Future<Output = Reply>,
{
    let left = match G::meter(&asked) {
        Ok(left) => left,
        Err(refusal) => return refusal.into_response(),
    };
    let reply = match gate.admit(asked) {
        Ok(call) => handler(call).await,
        Err(refusal) => Err(refusal),
    };
    let mut response = reply.into_response();
    response.headers_mut().extend(left);
    response
}
