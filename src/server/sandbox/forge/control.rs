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
use crate::server::sandbox::body::Json as Sent;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::state::github::Run;
use crate::server::sandbox::state::gitlab::{Deployment, Job, Pipeline};

pub(in crate::server::sandbox) fn routes() -> Router<Shared> {
    Router::new()
        .route("/sandbox/github/runs", post(start_run))
        .route("/sandbox/gitlab/pipelines", post(start_pipeline))
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

/// A pipeline that something has started.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartPipeline {
    /// `group/project`.
    project: String,
    branch: String,
    user: String,
    source: Option<String>,
    /// The environments that it deploys, each by a job that somebody has to start.
    #[serde(default)]
    deploys: BTreeSet<String>,
}

async fn start_pipeline(
    Of(sandbox): Of<Shared>,
    Sent(start): Sent<StartPipeline>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let now = format!("{:.3}", sandbox.source.timestamp());
    let StartPipeline { project: path, branch, user, source, deploys } = start;
    let id = sandbox.store.change(|state| {
        let gitlab = &mut state.gitlab;
        let missing = || ApiError::new(404, 10007, format!("there is no {branch} in {path}"));
        let mut project = gitlab.projects.get(&path).cloned().ok_or_else(missing)?;
        let sha = project.git.branches.get(&branch).cloned().ok_or_else(missing)?;
        let id = gitlab.number();
        let mut jobs = Vec::new();
        for environment in deploys {
            let (name, stage) = (format!("deploy:{environment}"), "deploy".to_owned());
            let status = "manual".to_owned();
            jobs.push(Job { id: gitlab.number(), name, stage, status, ..Job::default() });
            let mut deployment = Deployment {
                id: gitlab.number(),
                iid: project.deployments.len() as u64 + 1,
                sha: sha.clone(),
                branch: branch.clone(),
                tag: false,
                environment,
                status: "created".into(),
                user: user.clone(),
                created_at: now.clone(),
                updated_at: now.clone(),
                approvals: Vec::new(),
            };
            if gitlab.missing(&project, &deployment) > 0 {
                deployment.status = "blocked".into();
            }
            project.deployments.push(deployment);
        }
        project.pipelines.push(Pipeline {
            id,
            iid: project.pipelines.len() as u64 + 1,
            sha,
            branch: branch.clone(),
            source: source.unwrap_or_else(|| "push".into()),
            status: "running".into(),
            user,
            created_at: now,
            jobs,
        });
        gitlab.projects.insert(path.clone(), project);
        Ok(id)
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}
