//! GitHub: what of `https://api.github.com` clodo uses, and what one needs to look at what it did.
//!
//! One file per subject, each with its routes. [`auth`] says who may; [`call`] is what handlers get;
//! [`view`] shows the state in the shapes of GitHub's published description; [`refusals`] are the
//! errors.

mod auth;
mod call;
mod checks;
mod comments;
mod commits;
mod contents;
mod deployments;
mod environments;
mod graphql;
mod lifecycle;
mod pulls;
mod refs;
mod refusals;
mod repositories;
mod reviews;
mod runs;
mod statuses;
mod users;
mod view;

use axum::Router;
use axum::response::IntoResponse as _;

use super::{Asked, Gate, Refusal, Reply, Routes};
use crate::server::sandbox::Shared;
use auth::Need;
use call::Call;
pub(super) use refusals::refusal;

pub(super) fn routes() -> Router<Shared> {
    let subjects = [
        checks::routes(),
        comments::routes(),
        commits::routes(),
        contents::routes(),
        deployments::routes(),
        environments::routes(),
        graphql::routes(),
        lifecycle::routes(),
        pulls::routes(),
        refs::routes(),
        repositories::routes(),
        reviews::routes(),
        runs::routes(),
        statuses::routes(),
        users::routes(),
    ];
    let no_route = async || refusals::not_found().into_response();
    subjects
        .into_iter()
        .fold(Routes::new(), Routes::and)
        .into_router()
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
}
