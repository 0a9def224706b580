//! The API: one file per product, each with its routes.
//!
//! To add a product: a file with `pub(super) fn routes() -> Router<Shared>`, and its name in
//! [`router`]. To add a route: a line in [`Routes`](route::Routes) with the template of the
//! published description, the [`Permission`](super::auth::Permission), and the handler, which gives
//! a [`Reply`](super::envelope::Reply).

mod accounts;
mod certificates;
mod d1;
mod dispatch;
mod dns;
mod graphql;
mod hyperdrive;
mod kv;
mod pages;
mod pipelines;
mod queues;
mod r2;
mod route;
mod secrets_store;
mod user;
mod vectorize;
mod workers;
mod workflows;
mod zones;

use axum::Router;
use axum::extract::DefaultBodyLimit;

use super::errors::WRONG_METHOD;
use super::{PREFIX, Shared, control, forge, serve};
pub(super) use dns::whole_name;

/// Everything that the API listener answers to.
pub(super) fn router(sandbox: Shared) -> Router {
    let products: [Router<Shared>; 18] = [
        accounts::routes(),
        certificates::routes(),
        d1::routes(),
        dispatch::routes(),
        dns::routes(),
        graphql::routes(),
        hyperdrive::routes(),
        kv::routes(),
        pages::routes(),
        pipelines::routes(),
        queues::routes(),
        r2::routes(),
        secrets_store::routes(),
        user::routes(),
        vectorize::routes(),
        workers::routes(),
        workflows::routes(),
        zones::routes(),
    ];
    let api = products.into_iter().fold(Router::new(), Router::merge);
    let api = api
        .fallback(serve::no_route)
        .method_not_allowed_fallback(async || super::envelope::ApiError::from(WRONG_METHOD));
    Router::new()
        .nest(PREFIX, api)
        .merge(control::routes())
        .merge(forge::routes())
        .merge(d1::transfers())
        .merge(workers::sockets())
        .fallback(serve::no_route)
        .layer(DefaultBodyLimit::disable())
        .with_state(sandbox)
}
