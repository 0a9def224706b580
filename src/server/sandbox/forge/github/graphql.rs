//! GraphQL, as far as REST has no way: who asks, the folding of comments and whether they were
//! changed, the authors of commits.
//!
//! There is no GraphQL here: a query is known by the field that it asks for. Others are refused.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::Caller;
use super::comments::{WRITE, node_id};
use super::refusals::requires_authentication;
use super::{Call, Need, Reply, Routes};
use crate::core::gate::co_authors;
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::git::Commit;
use crate::server::sandbox::state::github::{Comment, Repository};

/// The field that says when a comment was changed.
const EDITED: &str = "lastEditedAt";

/// The field that says who wrote a commit.
const AUTHORS: &str = "authors";

/// The mutation that folds a comment.
const FOLD: &str = "minimizeComment";

pub(super) fn routes() -> Routes {
    Routes::new().on(On::POST, "/graphql", Need::NOTHING, answer)
}

#[derive(Deserialize)]
struct Asked {
    query: String,
    #[serde(default)]
    variables: Value,
}

async fn answer(call: Call) -> Reply {
    let Asked { query, variables } = call.body()?;
    if let Caller::Anonymous = call.caller {
        return Err(requires_authentication());
    }
    if query.contains(FOLD) {
        return minimize(call, &variables, &query);
    }
    if query.contains(EDITED) {
        return edits(&call, &variables);
    }
    if query.contains(AUTHORS) {
        return authors(&call, &variables);
    }
    if query.contains("viewer") {
        let login = call.login()?;
        return ok(json!({ "data": { "viewer": { "login": login } } }));
    }
    let message = "The sandbox answers `viewer { login }`, `minimizeComment`, `lastEditedAt` and `authors` only";
    ok(json!({ "errors": [{ "type": "UNKNOWN", "message": message }] }))
}

/// When each of some comments was changed; `null` for those that are not there.
fn edits(call: &Call, variables: &Value) -> Reply {
    let seen = call.github().repositories.values();
    let seen = seen.filter(|repository| call.caller.sees(repository, call.github()));
    let comments: Vec<&Comment> = seen.flat_map(|repository| &repository.comments).collect();
    let node = |id: &Value| {
        let found = comments.iter().find(|comment| *id == node_id(comment))?;
        let edited = found.edited.then_some(&found.updated_at);
        Some(json!({ "id": id, EDITED: edited }))
    };
    let nodes: Vec<_> = variables["ids"].as_array().into_iter().flatten().map(node).collect();
    ok(json!({ "data": { "nodes": nodes } }))
}

/// Who wrote each of some commits: Git's author, and those whom the message names.
fn authors(call: &Call, variables: &Value) -> Reply {
    let (github, view) = (call.github(), call.view());
    let seen = github.repositories.values();
    let seen = seen.filter(|repository| call.caller.sees(repository, github));
    let commits: Vec<&Commit> = seen.flat_map(|repository| &repository.git.commits).collect();
    let author = |address: String| {
        let login = view.known(&address);
        let user =
            login.map(|login| json!({ "databaseId": github.users[login].id, "login": login }));
        json!({ "email": address, "user": user })
    };
    let node = |id: &Value| {
        let found = commits.iter().find(|commit| *id == format!("C_{}", commit.sha))?;
        let named = co_authors(&found.message).filter_map(|hand| hand.email);
        let all = [view.email(&found.author)].into_iter().chain(named).map(author);
        Some(json!({ "id": id, AUTHORS: { "nodes": all.collect::<Vec<_>>() } }))
    };
    let nodes: Vec<_> = variables["ids"].as_array().into_iter().flatten().map(node).collect();
    ok(json!({ "data": { "nodes": nodes } }))
}

/// Folds a comment. The reason may be a variable, or stand in the query.
fn minimize(mut call: Call, variables: &Value, query: &str) -> Reply {
    let failed = |kind: &str, message: &str| {
        ok(json!({
            "data": { FOLD: null },
            "errors": [{ "type": kind, "path": [FOLD], "message": message }],
        }))
    };
    let values = || variables.as_object().into_iter().flatten().map(|(_, value)| value);
    let is_it =
        |id: &str| values().any(|value| *value == id) || query.contains(&format!("\"{id}\""));
    let found = call.github().repositories.values().find_map(|repository| {
        let comment = repository.comments.iter().find(|comment| is_it(&node_id(comment)))?;
        call.caller.sees(repository, call.github()).then_some((repository, comment.id))
    });
    let Some((repository, id)) = found else {
        let message = "Could not resolve to a node with the global id that was given";
        return failed("NOT_FOUND", message);
    };
    if call.caller.check(WRITE, Some(repository), call.github()).is_err() {
        return failed("FORBIDDEN", "Resource not accessible by integration");
    }
    let reasons = ["OUTDATED", "RESOLVED", "OFF_TOPIC", "DUPLICATE", "SPAM", "ABUSE"];
    let given = |reason: &&str| values().any(|value| value == *reason) || query.contains(*reason);
    let Some(reason) = reasons.into_iter().find(given) else {
        return failed("UNPROCESSABLE", "Argument 'classifier' is required");
    };
    call.repository = repository.full_name.clone();
    call.change(|repository: &mut Repository, _| {
        let comment = repository.comments.iter_mut().find(|comment| comment.id == id);
        if let Some(comment) = comment {
            comment.hidden = Some(reason.into());
        }
        Ok(())
    })?;
    ok(json!({ "data": { FOLD: { "clientMutationId": null } } }))
}
