//! The edge: requests to Workers.

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;

use super::Shared;

/// Answers a request to a Worker.
pub(super) async fn answer(_sandbox: Shared, _request: Request) -> Response<Body> {
    let mut response = Response::new(Body::from("There is nothing here yet\n"));
    *response.status_mut() = axum::http::StatusCode::NOT_FOUND;
    response
}
