//! What a forge does by itself, and no request of its API asks for.

use std::collections::BTreeSet;

use axum::extract::State as Of;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::push::date;
use super::seed::know_user;
use crate::server::sandbox::Shared;
use crate::server::sandbox::envelope::{ApiError, Json as Sent};
use crate::server::sandbox::state::github::Run;

pub(in crate::server::sandbox) fn routes() -> Router<Shared> {
    Router::new().route("/sandbox/github/runs", post(start_run))
}

/// A run of a workflow that something has started.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    /// `owner/name`.
    repository: String,
    branch: String,
    actor: String,
    event: Option<String>,
    workflow: Option<String>,
    /// The environments for which its jobs wait.
    #[serde(default)]
    waiting: BTreeSet<String>,
}

async fn start_run(
    Of(sandbox): Of<Shared>,
    Sent(start): Sent<Start>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let now = date(&sandbox.source);
    let Start { repository, branch, actor, event, workflow, waiting } = start;
    let id = sandbox.store.change(|state| {
        know_user(&mut state.github, &actor);
        let id = state.github.number();
        let missing = || ApiError::new(404, 10007, format!("there is no {branch} in {repository}"));
        let found = state.github.repositories.get_mut(&repository).ok_or_else(missing)?;
        let sha = found.git.branches.get(&branch).cloned().ok_or_else(missing)?;
        found.runs.push(Run {
            id,
            number: found.runs.len() as u64 + 1,
            attempt: 1,
            sha,
            branch: branch.clone(),
            event: event.unwrap_or_else(|| "push".into()),
            actor,
            workflow: workflow.unwrap_or_else(|| ".github/workflows/deploy.yml".into()),
            status: if waiting.is_empty() { "in_progress" } else { "waiting" }.into(),
            created_at: now.clone(),
            started_at: now,
            waiting,
            ..Run::default()
        });
        Ok(id)
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}
