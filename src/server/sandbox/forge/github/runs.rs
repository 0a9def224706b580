//! Runs of workflows, and the approval of those that wait for an environment.

use std::collections::BTreeSet;

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::deployments::shown_all;
use super::environments::{reviewer, short};
use super::refusals::{not_accessible_by_integration, not_found, refusal};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::state::github::{
    Deployment, DeploymentStatus, Environment, Role, Run, RunApproval,
};

const READ: Need = Need::read(&["actions"]);
/// Whether somebody may approve is for the environment to say.
const APPROVE: Need = Need::write(&["deployments"], Role::Read);

const RERUN: Need = Need::write(&["actions"], Role::Write);

pub(super) fn routes() -> Routes {
    const PENDING: &str = "/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments";
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}/actions/runs/{run_id}", READ, get)
        .on(On::GET, "/repos/{owner}/{repo}/actions/runs/{run_id}/approvals", READ, approvals)
        .on(On::GET, PENDING, READ, pending)
        .on(On::POST, PENDING, APPROVE, review)
        .on(On::POST, "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun", RERUN, rerun)
}

fn find(call: &Call) -> Result<&Run, Refusal> {
    let id = call.number("run_id")?;
    call.repository()?.runs.iter().find(|run| run.id == id).ok_or_else(not_found)
}

async fn get(call: Call) -> Reply {
    let (run, repository, view) = (find(&call)?, call.repository()?, call.view());
    let commit = repository.git.commit(&run.sha).ok_or_else(not_found)?;
    let url = view.at(repository, &format!("/actions/runs/{}", run.id));
    let author = json!({ "name": commit.author, "email": view.email(&commit.author) });
    let file = run.workflow.rsplit('/').next().unwrap_or_default();
    let workflow = view.at(repository, &format!("/actions/workflows/{file}"));
    ok(json!({
        "id": run.id, "node_id": format!("WFR_{}", run.id), "name": file,
        "display_title": commit.message, "head_branch": run.branch, "head_sha": run.sha,
        "path": run.workflow, "run_number": run.number, "run_attempt": run.attempt,
        "event": run.event, "status": run.status, "conclusion": run.conclusion, "workflow_id": 1,
        "url": url, "html_url": view.page(repository, &format!("/actions/runs/{}", run.id)),
        "created_at": run.created_at, "updated_at": run.created_at,
        "run_started_at": run.started_at, "actor": view.user(&run.actor),
        "triggering_actor": view.user(run.rerun_by.as_ref().unwrap_or(&run.actor)),
        "head_commit": {
            "id": commit.sha, "tree_id": commit.tree, "message": commit.message,
            "timestamp": commit.date, "author": author, "committer": author,
        },
        "repository": view.repository(repository), "head_repository": view.repository(repository),
        "pull_requests": view.pulls_with_head(repository, &run.sha), "workflow_url": workflow,
        "jobs_url": format!("{url}/jobs"), "logs_url": format!("{url}/logs"),
        "check_suite_url": view.at(repository, &format!("/check-suites/{}", run.id)),
        "cancel_url": format!("{url}/cancel"), "rerun_url": format!("{url}/rerun"),
        "artifacts_url": format!("{url}/artifacts"), "previous_attempt_url": null,
        "referenced_workflows": [],
    }))
}

async fn approvals(call: Call) -> Reply {
    let shown = |approval: &RunApproval| -> Result<Value, Refusal> {
        let RunApproval { environments, state, user, comment } = approval;
        let environments: Result<Vec<Value>, _> = environments
            .iter()
            .filter_map(|name| Some((name, call.repository().ok()?.environments.get(name)?)))
            .map(|(name, environment)| {
                let mut shown = short(&call, name, environment)?;
                shown["created_at"] = json!(environment.created_at);
                shown["updated_at"] = json!(environment.created_at);
                Ok::<_, Refusal>(shown)
            })
            .collect();
        let user = call.view().user(user);
        Ok(json!({
            "environments": environments?, "state": state, "user": user, "comment": comment,
        }))
    };
    let approvals: Result<Vec<Value>, _> = find(&call)?.approvals.iter().map(shown).collect();
    ok(approvals?)
}

/// The environments that a run waits for.
fn waiting<'a>(
    call: &'a Call,
    run: &'a Run,
) -> Result<impl Iterator<Item = (&'a String, &'a Environment)>, Refusal> {
    let environments = &call.repository()?.environments;
    Ok(run.waiting.iter().filter_map(|name| Some((name, environments.get(name)?))))
}

/// Whether who asks may decide about an environment. An App never may.
fn may_decide(call: &Call, run: &Run, environment: &Environment) -> bool {
    let login = call.caller.login().filter(|_| !call.caller.is_app());
    login.is_some_and(|login| {
        call.github().may_approve(environment, login)
            && !(environment.prevent_self_review && run.actor == login)
    })
}

async fn pending(call: Call) -> Reply {
    let run = find(&call)?;
    let shown = |(name, environment): (&String, &Environment)| -> Result<Value, Refusal> {
        let reviewers = environment.reviewers.iter().map(|one| reviewer(&call, one));
        Ok(json!({
            "environment": short(&call, name, environment)?, "wait_timer": environment.wait_timer,
            "wait_timer_started_at": run.created_at,
            "current_user_can_approve": may_decide(&call, run, environment),
            "reviewers": reviewers.collect::<Vec<_>>(),
        }))
    };
    let pending: Result<Vec<Value>, _> = waiting(&call, run)?.map(shown).collect();
    ok(pending?)
}

#[derive(Deserialize)]
struct Review {
    environment_ids: BTreeSet<u64>,
    state: State,
    comment: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum State {
    Approved,
    Rejected,
}

async fn review(mut call: Call) -> Reply {
    let Review { environment_ids, state, comment } = call.body()?;
    if call.caller.is_app() {
        return Err(not_accessible_by_integration());
    }
    let run = find(&call)?;
    let named: Vec<(String, &Environment)> = waiting(&call, run)?
        .filter(|(_, environment)| environment_ids.contains(&environment.id))
        .map(|(name, environment)| (name.clone(), environment))
        .collect();
    if named.len() != environment_ids.len() || named.is_empty() {
        let message = "The run does not wait for one of these environments";
        return Err(refusal(422, Mark::Guessed, message));
    }
    if named.iter().any(|(_, environment)| !may_decide(&call, run, environment)) {
        let message = "You are not a required reviewer of one of these environments";
        return Err(refusal(403, Mark::Guessed, message));
    }
    let names: BTreeSet<String> = named.into_iter().map(|(name, _)| name).collect();
    let (id, user, now) = (run.id, call.login()?.to_owned(), call.now());
    // The jobs are not emulated: theirs is the number of the run.
    let log_url = call.view().page(call.repository()?, &format!("/actions/runs/{id}/job/{id}"));
    let before = call.repository()?.deployments.len();
    call.change(|repository, number| {
        let run = repository.runs.iter_mut().find(|run| run.id == id).ok_or_else(not_found)?;
        run.waiting.retain(|name| !names.contains(name));
        let word = if state == State::Approved { "approved" } else { "rejected" };
        run.approvals.push(RunApproval {
            environments: names.clone(),
            state: word.into(),
            user,
            comment,
        });
        if state == State::Rejected {
            (run.status, run.conclusion) = ("completed".into(), Some("failure".into()));
            return Ok(());
        }
        if run.waiting.is_empty() {
            run.status = "queued".into();
        }
        let deployments = names.iter().map(|environment| Deployment {
            id: number(),
            sha: run.sha.clone(),
            reference: run.branch.clone(),
            task: "deploy".into(),
            environment: environment.clone(),
            production: environment == "production",
            payload: json!({}),
            author: run.actor.clone(),
            created_at: now.clone(),
            statuses: vec![DeploymentStatus {
                id: number(),
                state: "queued".into(),
                author: run.actor.clone(),
                log_url: log_url.clone(),
                created_at: now.clone(),
                ..DeploymentStatus::default()
            }],
            ..Deployment::default()
        });
        repository.deployments.extend(deployments);
        Ok(())
    })?;
    ok(shown_all(&call, &call.repository()?.deployments[before..])?)
}

/// Starts a run again: its jobs wait again, and what was approved before stays in its history.
async fn rerun(mut call: Call) -> Reply {
    let (id, login, now) = (find(&call)?.id, call.login()?.to_owned(), call.now());
    call.change(|repository, _| {
        let run = repository.runs.iter_mut().find(|run| run.id == id).ok_or_else(not_found)?;
        run.attempt += 1;
        (run.rerun_by, run.started_at, run.conclusion) = (Some(login), now, None);
        run.waiting.extend(run.approvals.iter().flat_map(|one| one.environments.clone()));
        run.status = if run.waiting.is_empty() { "queued" } else { "waiting" }.into();
        Ok(())
    })?;
    created(json!({}))
}
