//! GitLab: what of `https://gitlab.com/api/v4` clodo uses, and what one needs to look at what it did.
//!
//! One file per subject, each with its routes. [`auth`] says who may; [`call`] is what handlers get;
//! [`view`] shows people, commits and projects; [`refusals`] are the errors.

mod approvals;
mod auth;
mod call;
mod deployments;
mod environments;
mod groups;
mod lifecycle;
mod merge_requests;
mod notes;
mod pipelines;
mod projects;
mod refusals;
mod repository;
mod statuses;
mod users;
mod view;

use axum::Router;
use axum::response::IntoResponse as _;

use super::{Asked, Gate, Refusal, Reply, Routes};
use crate::server::sandbox::Shared;
use auth::Need;
use call::Call;
pub(super) use deployments::tier;
pub(super) use refusals::refusal;

pub(super) fn routes() -> Router<Shared> {
    let subjects = [
        approvals::routes(),
        deployments::routes(),
        environments::routes(),
        groups::routes(),
        lifecycle::routes(),
        merge_requests::routes(),
        notes::routes(),
        pipelines::routes(),
        projects::routes(),
        repository::routes(),
        statuses::routes(),
        users::routes(),
    ];
    subjects
        .into_iter()
        .fold(Routes::new(), Routes::and)
        .into_router()
        .fallback(async || refusals::no_route().into_response())
        .method_not_allowed_fallback(async || refusals::wrong_method().into_response())
}
