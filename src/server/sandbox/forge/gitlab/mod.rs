//! GitLab.
use axum::Router;
use crate::server::sandbox::Shared;
pub(super) fn routes() -> Router<Shared> { Router::new() }
