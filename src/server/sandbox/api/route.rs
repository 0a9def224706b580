//! How the routes of a product are declared: method, path, permission, handler.

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Extensions;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::{Permission, guard};
use crate::server::sandbox::record::Template;

/// The routes of a product. Paths are templates as in the published description:
/// `/accounts/{account_id}/workers/scripts/{script_name}`.
#[derive(Default)]
pub(super) struct Routes(Router<Shared>);

/// A key that may have slashes, and so takes the rest of a path.
const KEY: &str = "{object_key}";

impl Routes {
    pub(super) fn get<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.on(MethodFilter::GET, path, permission, handler)
    }

    pub(super) fn post<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.on(MethodFilter::POST, path, permission, handler)
    }

    pub(super) fn put<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.on(MethodFilter::PUT, path, permission, handler)
    }

    pub(super) fn patch<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.on(MethodFilter::PATCH, path, permission, handler)
    }

    pub(super) fn delete<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.on(MethodFilter::DELETE, path, permission, handler)
    }

    fn on<H: Handler<T, Shared>, T: 'static>(
        self,
        method: MethodFilter,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.guarded(path, permission, on(method, handler))
    }

    /// Apart from [`Self::on`], because it is the same whatever the handler takes: the compiler would
    /// make it again for each of them.
    fn guarded(
        self,
        path: &'static str,
        permission: Permission,
        handler: MethodRouter<Shared>,
    ) -> Self {
        let guarded = from_fn(move |request: Request, next: Next| async move {
            let sandbox = shared(request.extensions());
            let mut response = guard(sandbox, permission, request, next).await;
            response.extensions_mut().insert(Template(path));
            response
        });
        let routed = path.replace(KEY, "{*object_key}");
        Self(self.0.route(&routed, handler.layer(guarded)))
    }
}

/// The sandbox, which `serve` puts beside every request.
fn shared(extensions: &Extensions) -> Shared {
    extensions.get::<Shared>().cloned().expect("every request passes `serve`")
}

impl From<Routes> for Router<Shared> {
    fn from(routes: Routes) -> Self {
        routes.0
    }
}
