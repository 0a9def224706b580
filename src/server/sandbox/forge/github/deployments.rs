//! Deployments, and what became of them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{invalid_field, not_found, refusal};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, ok, with};
use crate::server::sandbox::forge::push::{self, New};
use crate::server::sandbox::state::git::Commit;
use crate::server::sandbox::state::github::{Deployment, DeploymentStatus, Repository, Role};

const READ: Need = Need::read(&["deployments"]);
const WRITE: Need = Need::write(&["deployments"], Role::Write);

/// The longest description of a deployment's status, in characters ("Create a deployment status").
const MAX_DESCRIPTION: usize = 140;

pub(super) fn routes() -> Routes {
    const ONE: &str = "/repos/{owner}/{repo}/deployments/{deployment_id}";
    const STATUSES: &str = "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses";
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}/deployments", READ, list)
        .on(On::POST, "/repos/{owner}/{repo}/deployments", WRITE, create)
        .on(On::GET, ONE, READ, get)
        .on(On::GET, STATUSES, READ, statuses)
        .on(On::POST, STATUSES, WRITE, create_status)
}

#[derive(Deserialize)]
struct Create {
    #[serde(rename = "ref")]
    reference: String,
    task: Option<String>,
    auto_merge: Option<bool>,
    required_contexts: Option<Vec<String>>,
    #[serde(default)]
    payload: Value,
    environment: Option<String>,
    description: Option<String>,
    transient_environment: Option<bool>,
    production_environment: Option<bool>,
}

async fn create(mut call: Call) -> Reply {
    let new: Create = call.body()?;
    let repository = call.repository()?;
    let commit = repository.git.resolve(&new.reference).cloned().ok_or_else(|| {
        refusal(422, Mark::Observed, format!("No ref found for: {}", new.reference))
    })?;
    if new.auto_merge != Some(false)
        && let Some(base) = is_behind(repository, &new.reference, &commit)
    {
        return merge(call, &new.reference, &commit, &base);
    }
    check_contexts(repository, &commit, new.required_contexts.as_deref(), &new.reference)?;
    let environment = new.environment.unwrap_or_else(|| "production".into());
    let deployment = Deployment {
        id: 0,
        sha: commit.sha,
        reference: new.reference,
        task: new.task.unwrap_or_else(|| "deploy".into()),
        transient: new.transient_environment.unwrap_or(false),
        production: new.production_environment.unwrap_or(environment == "production"),
        environment,
        description: new.description,
        payload: if new.payload.is_null() { json!({}) } else { new.payload },
        author: call.login()?.to_owned(),
        created_at: call.now(),
        statuses: Vec::new(),
    };
    let deployment = call.change(|repository, number| {
        let deployment = Deployment { id: number(), ..deployment };
        repository.deployments.push(deployment.clone());
        Ok(deployment)
    })?;
    created(shown(&call, &deployment)?)
}

/// The newest commit of the default branch, if a branch has not got it: by default GitHub merges it
/// before it deploys ("Create a deployment", `auto_merge`).
fn is_behind(repository: &Repository, branch: &str, commit: &Commit) -> Option<String> {
    repository.git.branches.get(branch)?;
    let base = repository.git.branches.get(&repository.default_branch)?;
    let compared = repository.git.compare(base, &commit.sha)?;
    (compared.behind > 0).then(|| base.clone())
}

fn merge(mut call: Call, branch: &str, commit: &Commit, base: &str) -> Reply {
    let (git, source) = (&call.repository()?.git, &call.asked.sandbox.source);
    let default = call.repository()?.default_branch.clone();
    let me = call.login()?.to_owned();
    let new = New {
        author: me.clone(),
        committer: me,
        message: format!("Merge {default} into {branch}"),
        files: BTreeMap::new(),
    };
    let merged = push::merge(git, &commit.sha, base, new, false, source);
    let merged = merged.ok_or_else(|| refusal(409, Mark::Documented, "Merge conflict"))?;
    call.push(|repository| {
        repository.git.push(branch, merged);
        Ok(())
    })?;
    let message = format!("Auto-merged {default} into {branch} on deployment.");
    with(StatusCode::ACCEPTED, json!({ "message": message }))
}

/// Without a list every status at the commit has to succeed; with one, those that it names.
fn check_contexts(
    repository: &Repository,
    commit: &Commit,
    required: Option<&[String]>,
    reference: &str,
) -> Result<(), Refusal> {
    let standing = repository.standing(&commit.sha);
    let succeeds = |context: &String| {
        standing.iter().any(|status| status.context == *context && status.state == "success")
    };
    let all = match required {
        Some(contexts) => contexts.iter().all(succeeds),
        None => standing.iter().all(|status| status.state == "success"),
    };
    if all {
        return Ok(());
    }
    let message = format!("Conflict: Commit status checks failed for {reference}.");
    Err(refusal(409, Mark::Documented, message))
}

fn shown(call: &Call, deployment: &Deployment) -> Result<Value, Refusal> {
    let Deployment { id, sha, reference, task, environment, created_at, .. } = deployment;
    let (view, repository) = (call.view(), call.repository()?);
    let url = view.at(repository, &format!("/deployments/{id}"));
    let updated = deployment.statuses.last().map_or(created_at, |status| &status.created_at);
    Ok(json!({
        "id": id, "node_id": format!("DE_{id}"), "sha": sha, "ref": reference, "task": task,
        "payload": deployment.payload, "original_environment": environment,
        "environment": environment, "description": deployment.description,
        "creator": view.user(&deployment.author), "created_at": created_at, "updated_at": updated,
        "url": url, "statuses_url": format!("{url}/statuses"),
        "repository_url": view.at(repository, ""), "transient_environment": deployment.transient,
        "production_environment": deployment.production,
    }))
}

/// Several deployments.
pub(super) fn shown_all<'a>(
    call: &Call,
    all: impl IntoIterator<Item = &'a Deployment>,
) -> Result<Vec<Value>, Refusal> {
    all.into_iter().map(|deployment| shown(call, deployment)).collect()
}

async fn list(call: Call) -> Reply {
    let wanted = |deployment: &&Deployment| {
        let is = |name: &str, value: &str| {
            call.asked.query.get(name).is_none_or(|w| w == value || w == "none")
        };
        is("sha", &deployment.sha)
            && is("ref", &deployment.reference)
            && is("task", &deployment.task)
            && is("environment", &deployment.environment)
    };
    call.list(shown_all(&call, call.repository()?.deployments.iter().rev().filter(wanted))?)
}

fn find(call: &Call) -> Result<&Deployment, Refusal> {
    let id = call.number("deployment_id")?;
    call.repository()?.deployments.iter().find(|one| one.id == id).ok_or_else(not_found)
}

async fn get(call: Call) -> Reply {
    ok(shown(&call, find(&call)?)?)
}

async fn statuses(call: Call) -> Reply {
    let deployment = find(&call)?;
    let statuses = deployment.statuses.iter().rev();
    let statuses: Result<Vec<Value>, _> =
        statuses.map(|status| shown_status(&call, deployment, status)).collect();
    call.list(statuses?)
}

fn shown_status(
    call: &Call,
    deployment: &Deployment,
    status: &DeploymentStatus,
) -> Result<Value, Refusal> {
    let DeploymentStatus { id, state, author, description, log_url, environment_url, created_at } =
        status;
    let (view, repository) = (call.view(), call.repository()?);
    let url = view.at(repository, &format!("/deployments/{}", deployment.id));
    Ok(json!({
        "id": id, "node_id": format!("DES_{id}"), "state": state, "creator": view.user(author),
        "description": description, "environment": deployment.environment, "target_url": log_url,
        "log_url": log_url, "environment_url": environment_url, "created_at": created_at,
        "updated_at": created_at, "deployment_url": url, "repository_url": view.at(repository, ""),
        "url": format!("{url}/statuses/{id}"),
    }))
}

#[derive(Deserialize)]
struct CreateStatus {
    state: State,
    target_url: Option<String>,
    log_url: Option<String>,
    description: Option<String>,
    environment_url: Option<String>,
    auto_inactive: Option<bool>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum State {
    Error,
    Failure,
    Inactive,
    InProgress,
    Queued,
    Pending,
    Success,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Failure => "failure",
            Self::Inactive => "inactive",
            Self::InProgress => "in_progress",
            Self::Queued => "queued",
            Self::Pending => "pending",
            Self::Success => "success",
        }
    }
}

async fn create_status(mut call: Call) -> Reply {
    let new: CreateStatus = call.body()?;
    let description = new.description.unwrap_or_default();
    if description.chars().count() > MAX_DESCRIPTION {
        let message = "description is too long (maximum is 140 characters)";
        return Err(invalid_field("DeploymentStatus", "description", message));
    }
    let (author, created_at, id) = (call.login()?.to_owned(), call.now(), find(&call)?.id);
    let status = DeploymentStatus {
        id: 0,
        state: new.state.as_str().into(),
        author,
        description,
        log_url: new.log_url.or(new.target_url).unwrap_or_default(),
        environment_url: new.environment_url.unwrap_or_default(),
        created_at,
    };
    let status = call.change(|repository, number| {
        let status = DeploymentStatus { id: number(), ..status };
        let here = repository.deployments.iter_mut().find(|one| one.id == id);
        let here = here.ok_or_else(not_found)?;
        here.statuses.push(status.clone());
        let environment = here.environment.clone();
        if new.state == State::Success && new.auto_inactive != Some(false) {
            retire(repository, &environment, id, &status, number);
        }
        Ok(status)
    })?;
    created(shown_status(&call, find(&call)?, &status)?)
}

/// Earlier deployments to the same environment are over, unless end users are there or it will be
/// gone anyway ("Create a deployment status", `auto_inactive`).
fn retire(
    repository: &mut Repository,
    environment: &str,
    newest: u64,
    by: &DeploymentStatus,
    number: &mut dyn FnMut() -> u64,
) {
    for deployment in &mut repository.deployments {
        let over = deployment.environment == environment
            && deployment.id < newest
            && !deployment.transient
            && !deployment.production
            && deployment.statuses.last().is_some_and(|status| status.state == "success");
        if over {
            let (id, state) = (number(), "inactive".to_owned());
            deployment.statuses.push(DeploymentStatus { id, state, ..by.clone() });
        }
    }
}
