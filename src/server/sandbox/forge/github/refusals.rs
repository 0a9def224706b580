//! What GitHub says when it refuses.

use serde_json::{Value, json};

use super::Refusal;
use crate::server::sandbox::envelope::Mark::{self, Documented, Guessed, Observed};

/// A refusal in GitHub's words.
pub(in crate::server::sandbox::forge) fn refusal(
    status: u16,
    mark: Mark,
    message: impl Into<String>,
) -> Refusal {
    Refusal::new(status, mark, body(status, message.into()))
}

fn body(status: u16, message: String) -> Value {
    json!({
        "message": message, "documentation_url": "https://docs.github.com/rest",
        "status": status.to_string(),
    })
}

/// It is not there, or who asks must not know that it is ("Troubleshooting the REST API").
pub(super) fn not_found() -> Refusal {
    refusal(404, Documented, "Not Found")
}

/// The token is none ("Authenticating to the REST API").
pub(super) fn bad_credentials() -> Refusal {
    refusal(401, Documented, "Bad credentials")
}

/// There is no token.
pub(super) fn requires_authentication() -> Refusal {
    refusal(401, Observed, "Requires authentication")
}

/// The token of an App has not the permission (reviewdog#1810 and many others).
pub(super) fn not_accessible_by_integration() -> Refusal {
    refusal(403, Observed, "Resource not accessible by integration")
}

/// The fine-grained token has not the permission.
pub(super) fn not_accessible_by_token() -> Refusal {
    refusal(403, Observed, "Resource not accessible by personal access token")
}

/// Check runs are for Apps ("Using the REST API to interact with checks").
pub(super) fn needs_an_app() -> Refusal {
    refusal(403, Observed, "You must authenticate via a GitHub App.")
}

/// There is no commit of that name, where one is told something about it.
pub(super) fn no_commit(sha: &str) -> Refusal {
    refusal(422, Observed, format!("No commit found for SHA: {sha}"))
}

/// What was sent is no JSON.
pub(super) fn no_json() -> Refusal {
    refusal(400, Documented, "Problems parsing JSON")
}

/// What was sent is JSON of another shape.
pub(super) fn invalid_request(why: impl std::fmt::Display) -> Refusal {
    refusal(422, Guessed, format!("Invalid request.\n\n{why}"))
}

/// A field of what was sent cannot be so ("Troubleshooting the REST API", Validation Failed).
pub(super) fn invalid_field(resource: &str, field: &str, message: &str) -> Refusal {
    let mut body = body(422, "Validation Failed".into());
    body["errors"] = json!([
        { "resource": resource, "code": "custom", "field": field, "message": message },
    ]);
    Refusal::new(422, Documented, body)
}

/// Something that is right in itself cannot be done.
pub(super) fn cannot(why: &str) -> Refusal {
    let mut body = body(422, "Unprocessable Entity".into());
    body["errors"] = json!([why]);
    Refusal::new(422, Observed, body)
}
