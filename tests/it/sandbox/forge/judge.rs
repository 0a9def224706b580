//! The judges of what crosses the forges: GitHub's published description of requests and answers,
//! GitLab's published types of answers.

use clodo::server::sandbox::record::Exchange;
use serde_json::Value;

use crate::openapi::{github, gitlab};

/// What GitHub answers and its description, which is trimmed, does not have.
const UNDESCRIBED: &[&str] = &[
    "POST /graphql",
    "GET /orgs/{org}/teams/{team_slug}/members",
    "GET /orgs/{org}/teams/{team_slug}/memberships/{username}",
    "PUT /orgs/{org}/teams/{team_slug}/memberships/{username}",
    "DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}",
    "GET /users/{username}",
    "GET /users/{username}/keys",
    "GET /users/{username}/ssh_signing_keys",
    "PUT /repos/{owner}/{repo}/collaborators/{username}",
    "DELETE /repos/{owner}/{repo}/collaborators/{username}",
    "GET /repos/{owner}/{repo}/contents/{*path}",
    "PUT /repos/{owner}/{repo}/contents/{*path}",
    "POST /repos/{owner}/{repo}/git/refs",
    "PATCH /repos/{owner}/{repo}/git/refs/heads/{*branch}",
    "POST /repos/{owner}/{repo}/pulls",
    "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
    "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
    "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun",
];

/// The types of what GitLab answers, by method and template. The published types have no others of
/// those that the sandbox knows.
const TYPES: &[(&str, &str, &str)] = &[
    ("GET", "/user", "User"),
    ("POST", "/projects/{id}/statuses/{sha}", "CommitStatus"),
    ("GET", "/projects/{id}/repository/commits/{sha}/statuses", "CommitStatus"),
    ("GET", "/projects/{id}/merge_requests", "MergeRequest"),
    ("GET", "/projects/{id}/merge_requests/{merge_request_iid}", "MergeRequest"),
    ("GET", "/projects/{id}/repository/commits/{sha}/merge_requests", "MergeRequest"),
    ("GET", "/projects/{id}/merge_requests/{merge_request_iid}/notes", "MergeRequestNote"),
    ("POST", "/projects/{id}/merge_requests/{merge_request_iid}/notes", "MergeRequestNote"),
    (
        "GET",
        "/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}",
        "MergeRequestNote",
    ),
    (
        "PUT",
        "/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}",
        "MergeRequestNote",
    ),
    ("GET", "/projects/{id}/merge_requests/{merge_request_iid}/approvals", "MergeRequestApprovals"),
    ("POST", "/projects/{id}/merge_requests/{merge_request_iid}/approve", "MergeRequestApprovals"),
    (
        "POST",
        "/projects/{id}/merge_requests/{merge_request_iid}/unapprove",
        "MergeRequestApprovals",
    ),
    ("GET", "/projects/{id}/merge_requests/{merge_request_iid}/approval_state", "ApprovalState"),
    ("GET", "/projects/{id}/deployments", "Deployment"),
    ("POST", "/projects/{id}/deployments", "Deployment"),
    ("GET", "/projects/{id}/deployments/{deployment_id}", "Deployment"),
    ("PUT", "/projects/{id}/deployments/{deployment_id}", "Deployment"),
    ("GET", "/projects/{id}/environments", "Environment"),
    ("GET", "/projects/{id}/environments/{environment_id}", "Environment"),
    ("GET", "/projects/{id}/pipelines", "Pipeline"),
    ("GET", "/projects/{id}/pipelines/{pipeline_id}", "Pipeline"),
];

/// Where the types are stricter than GitLab, by a part of what the judge says.
const EXCUSED: &[(&str, &str, &str)] = &[
    ("CommitStatus", "/target_url: null", "it has none where none was sent"),
    ("MergeRequestApprovals", "approved_at", "the types are older than GitLab 18.5"),
    ("Deployment", "\"blocked\" is not one of", "the types do not know the status"),
    ("Deployment", "/deployable", "a deployment that was made through the API has no job"),
    ("Deployment", "\"deployable\" is a required", "an environment has none"),
    ("Deployment", "\"last_deployment\" is a required", "GitLab does not repeat it in itself"),
    ("Environment", "\"deployable\" is a required", "GitLab shows it in `last_deployment`"),
    ("Environment", "\"last_deployment\" is a required", "lists do not show it"),
    ("Environment", "/last_deployment", "there may be none yet"),
];

/// Whether an exchange was with a forge.
pub(in super::super) fn is_one(exchange: &Exchange) -> bool {
    exchange.path.starts_with("/github/") || exchange.path.starts_with("/gitlab/")
}

/// Judges exchanges. Gives how many bodies were judged.
pub(in super::super) fn judge(exchanges: &[&Exchange]) -> usize {
    let exchanges = exchanges.iter().filter(|exchange| !exchange.fault);
    exchanges.map(|exchange| judge_one(exchange)).sum()
}

fn judge_one(exchange: &Exchange) -> usize {
    let Some(template) = exchange.template else { return 0 };
    let Exchange { method, status, .. } = exchange;
    let succeeded = (200..300).contains(status);
    let Some(path) = exchange.path.strip_prefix("/github") else {
        return judge_gitlab(template, exchange);
    };
    if UNDESCRIBED.contains(&&*format!("{method} {template}")) {
        return 0;
    }
    // What is refused may have been wrong on purpose.
    let asked = succeeded && github::request(method, path, exchange.request.as_ref());
    let answer = exchange.response.as_ref();
    let answered = answer.is_some_and(|answer| github::answer(method, path, *status, answer));
    usize::from(asked) + usize::from(answered)
}

fn judge_gitlab(template: &str, exchange: &Exchange) -> usize {
    let known =
        |(method, path, _): &&(&str, &str, &str)| *method == exchange.method && *path == template;
    let Some((_, _, name)) = TYPES.iter().find(known) else { return 0 };
    // 202 answers a note that was none, but a quick action.
    let made = exchange.status < 300 && exchange.status != 202;
    let Some(answer) = exchange.response.as_ref().filter(|_| made) else {
        return 0;
    };
    let one = std::slice::from_ref(answer);
    for value in answer.as_array().map_or(one, |list: &Vec<Value>| list) {
        let excused =
            |found: &String| EXCUSED.iter().any(|(of, part, _)| of == name && found.contains(part));
        let found: Vec<String> =
            gitlab::wrong(name, value).into_iter().filter(|found| !excused(found)).collect();
        assert!(found.is_empty(), "{} {template}: {found:#?}\nin {value:#}", exchange.method);
    }
    1
}
