//! Faults in the words of the forge that they strike.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{GITHUB, answer::Refusal, github, gitlab};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::faults::What;

/// What GitHub says to those who ask too much, with 403 or 429 ("Rate limits for the REST API").
const SECONDARY: &str = "You have exceeded a secondary rate limit. Please wait a few minutes \
     before you try again.";
/// The same at GitLab ("Rate limits").
const RETRY_LATER: &str = "Retry later";

/// How a fault refuses a request to one of the forges; `None` where it lets it pass.
pub(in crate::server::sandbox) fn refusal(path: &str, fault: &What) -> Option<Response> {
    let is_github = path.starts_with(GITHUB);
    let refused = |status, message: &str| -> Refusal {
        match is_github {
            true => github::refusal(status, Mark::Guessed, message),
            false => gitlab::refusal(status, Mark::Guessed, message),
        }
    };
    Some(match fault {
        What::RateLimit { retry_after } => {
            let refusal = match is_github {
                true => github::refusal(429, Mark::Documented, SECONDARY),
                false => gitlab::refusal(429, Mark::Documented, RETRY_LATER),
            };
            refusal.header("retry-after", retry_after).into_response()
        }
        What::Error { status, .. } => {
            refused(*status, "An error that was asked for.").into_response()
        }
        What::Malformed { status } => {
            let page = "<!DOCTYPE html>\n<html><body><h1>The server is down</h1></body></html>\n";
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        _ => return None,
    })
}
