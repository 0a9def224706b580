//! How the routes of a forge are declared: method, path, gate, handler.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Of};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};

use super::{Asked, Refusal, Reply};
use crate::server::sandbox::Shared;
use crate::server::sandbox::record::Template;

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

/// A handler of which nothing is known but what it takes.
type Boxed<C> = Arc<dyn Fn(C) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync>;

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
        self.boxed(method, path, gate, Arc::new(move |call| Box::pin(handler(call))))
    }

    /// Apart from [`Self::on`], because it is the same whatever the handler is: the compiler would
    /// make it again for each of them.
    fn boxed<G: Gate>(
        self,
        method: MethodFilter,
        path: &'static str,
        gate: G,
        handler: Boxed<G::Call>,
    ) -> Self {
        let answer = async move |Of(sandbox): Of<Shared>, request: Request| {
            let asked = Asked::of(sandbox, G::PREFIX, request).await;
            let mut response = call(gate, &handler, asked).await;
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

async fn call<G: Gate>(gate: G, handler: &Boxed<G::Call>, asked: Asked) -> Response {
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
