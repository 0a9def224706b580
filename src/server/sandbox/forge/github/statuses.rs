//! Commit statuses, one by one and all together.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{invalid_field, no_commit, not_found};
use super::{Call, Need, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::state::github::{Role, Status};

const READ: Need = Need::read(&["statuses"]);
const WRITE: Need = Need::write(&["statuses"], Role::Write);

/// The longest description, in characters ("description is too long (maximum is 140 characters)").
const MAX_DESCRIPTION: usize = 140;

/// How many statuses a context takes at a commit ("Create a commit status" in the REST reference).
const MAX_STATUSES: usize = 1000;

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::POST, "/repos/{owner}/{repo}/statuses/{sha}", WRITE, create)
        .on(On::GET, "/repos/{owner}/{repo}/commits/{ref}/status", READ, combined)
        .on(On::GET, "/repos/{owner}/{repo}/commits/{ref}/statuses", READ, list)
}

#[derive(Deserialize)]
struct Create {
    state: State,
    target_url: Option<String>,
    description: Option<String>,
    context: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Error,
    Failure,
    Pending,
    Success,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Failure => "failure",
            Self::Pending => "pending",
            Self::Success => "success",
        }
    }
}

async fn create(mut call: Call) -> Reply {
    let new: Create = call.body()?;
    let sha = call.asked.param("sha").to_owned();
    if call.repository()?.git.commit(&sha).is_none() {
        return Err(no_commit(&sha));
    }
    if new.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        let message = "description is too long (maximum is 140 characters)";
        return Err(invalid_field("Status", "description", message));
    }
    let context = new.context.unwrap_or_else(|| "default".into());
    let same = |status: &&Status| status.sha == sha && status.context == context;
    if call.repository()?.statuses.iter().filter(same).count() >= MAX_STATUSES {
        let message = "This SHA and context has reached the maximum number of statuses.";
        return Err(invalid_field("Status", "base", message));
    }
    let (author, now) = (call.login()?.to_owned(), call.now());
    let status = Status {
        id: 0,
        sha,
        author,
        state: new.state.as_str().into(),
        context,
        description: new.description,
        target_url: new.target_url,
        created_at: now,
    };
    let status = call.change(|repository, number| {
        let status = Status { id: number(), ..status };
        repository.statuses.push(status.clone());
        Ok(status)
    })?;
    created(shown(&call, &status))
}

fn shown(call: &Call, status: &Status) -> Value {
    let mut shown = short(call, status);
    shown["creator"] = call.view().user(&status.author);
    shown
}

/// A status without its author.
fn short(call: &Call, status: &Status) -> Value {
    let Status { id, sha, state, context, description, target_url, created_at, author } = status;
    let view = call.view();
    let repository = call.repository().ok();
    let url = repository.map(|one| view.at(one, &format!("/statuses/{sha}")));
    json!({
        "url": url, "avatar_url": view.user(author)["avatar_url"], "id": id,
        "node_id": format!("SC_{id}"), "state": state, "description": description,
        "target_url": target_url, "context": context, "created_at": created_at,
        "updated_at": created_at,
    })
}

async fn list(call: Call) -> Reply {
    let commit = call.commit(call.asked.param("ref"))?;
    let statuses = call.repository()?.statuses.iter().rev();
    call.list(statuses.filter(|s| s.sha == commit.sha).map(|status| shown(&call, status)))
}

/// The newest status of every context, and what they come to.
async fn combined(call: Call) -> Reply {
    let name = call.asked.param("ref");
    let repository = call.repository()?;
    let commit = repository.git.resolve(name).ok_or_else(not_found)?;
    let standing = repository.standing(&commit.sha);
    let any = |states: &[&str]| standing.iter().any(|status| states.contains(&&*status.state));
    let state = if any(&["failure", "error"]) {
        "failure"
    } else if standing.is_empty() || any(&["pending"]) {
        "pending"
    } else {
        "success"
    };
    let view = call.view();
    let url = view.at(repository, &format!("/commits/{}", commit.sha));
    ok(json!({
        "state": state, "sha": commit.sha, "total_count": standing.len(),
        "statuses": standing.iter().map(|status| short(&call, status)).collect::<Vec<_>>(),
        "repository": view.repository(repository), "commit_url": url,
        "url": format!("{url}/status"),
    }))
}
