//! The API: one file per product, each with its routes.
//!
//! To add a product: a file with `pub(super) fn routes() -> Router<Shared>`, and its name in
//! [`router`]. To add a route: a line in [`Routes`](route::Routes) with the template of the
//! published description, the [`Permission`](super::auth::Permission), and the handler, which gives
//! a [`Reply`](super::envelope::Reply).

mod accounts;
mod d1;
mod dns;
mod route;
mod user;
mod workers;
mod zones;

use axum::Router;
use axum::extract::DefaultBodyLimit;

use super::errors::WRONG_METHOD;
use super::{PREFIX, Shared, control, serve};
pub(super) use dns::whole_name;
pub(super) use route::Template;
pub(super) use workers::socket;

/// Everything that the API listener answers to.
pub(super) fn router(sandbox: Shared) -> Router {
    let products: [Router<Shared>; 6] = [
        accounts::routes(),
        d1::routes(),
        dns::routes(),
        user::routes(),
        workers::routes(),
        zones::routes(),
    ];
    let api = products.into_iter().fold(Router::new(), Router::merge);
    let api = api
        .fallback(serve::no_route)
        .method_not_allowed_fallback(async || super::envelope::ApiError::from(WRONG_METHOD));
    Router::new()
        .nest(PREFIX, api)
        .merge(control::routes())
        .merge(d1::transfers())
        .fallback(serve::no_route)
        .layer(DefaultBodyLimit::disable())
        .with_state(sandbox)
}
