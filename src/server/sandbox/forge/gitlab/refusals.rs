//! What GitLab says when it refuses ("Troubleshooting the REST API", status codes).

use serde_json::json;

use super::Refusal;
use crate::server::sandbox::envelope::Mark::{self, Documented, Guessed, Observed};

/// A refusal in GitLab's words.
pub(in crate::server::sandbox::forge) fn refusal(
    status: u16,
    mark: Mark,
    message: impl Into<String>,
) -> Refusal {
    Refusal::new(status, mark, json!({ "message": message.into() }))
}

/// Nothing answers to the path.
pub(super) fn no_route() -> Refusal {
    Refusal::new(404, Observed, json!({ "error": "404 Not Found" }))
}

/// Nothing answers to the method.
pub(super) fn wrong_method() -> Refusal {
    Refusal::new(405, Documented, json!({ "error": "405 Not Allowed" }))
}

/// It is not there, or who asks must not know that it is: `Project`, `Commit`, …
pub(super) fn not_found(what: &str) -> Refusal {
    let message = format!("404 {what} Not Found");
    refusal(404, Documented, message.replace("  ", " "))
}

/// There is no token, or it is none, or it is that of a job where none is taken.
pub(super) fn unauthorized() -> Refusal {
    refusal(401, Documented, "401 Unauthorized")
}

/// Who asks may not.
pub(super) fn forbidden() -> Refusal {
    refusal(403, Documented, "403 Forbidden")
}

/// The token has not the scope.
pub(super) fn insufficient_scope() -> Refusal {
    let body = json!({
        "error": "insufficient_scope", "scope": "api",
        "error_description":
            "The request requires higher privileges than provided by the access token.",
    });
    Refusal::new(403, Observed, body)
}

/// What was sent lacks something, or it cannot be so.
pub(super) fn bad_request(error: impl std::fmt::Display) -> Refusal {
    let error = error.to_string();
    // serde says "missing field `body`".
    let missing = error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let error = missing.map(|field| format!("{field} is missing")).unwrap_or(error);
    Refusal::new(400, Documented, json!({ "error": error }))
}

/// Something that is right in itself cannot be done.
pub(super) fn cannot(why: impl Into<String>) -> Refusal {
    refusal(400, Guessed, why)
}
