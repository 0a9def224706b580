//! Pipelines and their jobs, to look at.

use axum::routing::MethodFilter as On;
use serde_json::{Value, json};

use super::refusals::{cannot, not_found};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::gitlab::{Job, Level, Pipeline};

const READ: Need = Need::READ;
const PLAY: Need = Need::write(Level::Developer);

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/projects/{id}/pipelines", READ, list)
        .on(On::GET, "/projects/{id}/pipelines/{pipeline_id}", READ, get)
        .on(On::GET, "/projects/{id}/pipelines/{pipeline_id}/jobs", READ, jobs)
        .on(On::GET, "/projects/{id}/jobs/{job_id}", READ, job)
        .on(On::POST, "/projects/{id}/jobs/{job_id}/play", PLAY, play)
}

async fn list(call: Call) -> Reply {
    let (project, query) = (call.project()?, &call.asked.query);
    let is = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    let pipelines = project.pipelines.iter().rev().filter(|pipeline| {
        is("sha", &pipeline.sha) && is("ref", &pipeline.branch) && is("status", &pipeline.status)
    });
    call.list(pipelines.map(|pipeline| call.view().pipeline(project, pipeline)))
}

fn find(call: &Call) -> Result<&Pipeline, Refusal> {
    let id = call.asked.number("pipeline_id");
    let found = call.project()?.pipelines.iter().find(|pipeline| Some(pipeline.id) == id);
    found.ok_or_else(|| not_found("Pipeline"))
}

async fn get(call: Call) -> Reply {
    let pipeline = find(&call)?;
    let mut shown = call.view().pipeline(call.project()?, pipeline);
    shown["user"] = call.view().user(&pipeline.user);
    ok(shown)
}

fn shown(call: &Call, pipeline: &Pipeline, job: &Job) -> Result<Value, Refusal> {
    let (project, view) = (call.project()?, call.view());
    let commit = project.git.commit(&pipeline.sha);
    Ok(json!({
        "id": job.id, "name": job.name, "stage": job.stage, "status": job.status,
        "ref": pipeline.branch, "tag": false, "coverage": null, "allow_failure": false,
        "created_at": pipeline.created_at, "started_at": job.started_at,
        "finished_at": null,
        "user": view.user(job.user.as_ref().unwrap_or(&pipeline.user)), "pipeline": view.pipeline(project, pipeline),
        "commit": commit.map(|commit| view.commit(project, commit)),
        "web_url": view.of_project(project, &format!("jobs/{}", job.id)),
    }))
}

async fn jobs(call: Call) -> Reply {
    let pipeline = find(&call)?;
    let jobs: Result<Vec<Value>, _> =
        pipeline.jobs.iter().map(|job| shown(&call, pipeline, job)).collect();
    call.list(jobs?)
}

fn find_job(call: &Call) -> Result<(&Pipeline, &Job), Refusal> {
    let id = call.asked.number("job_id");
    let pipelines = &call.project()?.pipelines;
    let mut jobs = pipelines.iter().flat_map(|one| one.jobs.iter().map(move |job| (one, job)));
    jobs.find(|(_, job)| Some(job.id) == id).ok_or_else(|| not_found(""))
}

async fn job(call: Call) -> Reply {
    let (pipeline, job) = find_job(&call)?;
    ok(shown(&call, pipeline, job)?)
}

/// Starts a job that waits for somebody. One whose deployment waits for approvals does not start.
async fn play(mut call: Call) -> Reply {
    let (pipeline, job) = find_job(&call)?;
    let (id, user, now) = (job.id, call.username()?.to_owned(), call.now());
    let blocked = call.project()?.deployments.iter().any(|one| {
        one.status == "blocked" && one.sha == pipeline.sha && job.name.ends_with(&one.environment)
    });
    if job.status != "manual" || blocked {
        return Err(cannot("400 Bad request - Unplayable Job"));
    }
    call.change(|project, _| {
        let mut jobs = project.pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.jobs);
        let job = jobs.find(|job| job.id == id).ok_or_else(|| not_found(""))?;
        (job.user, job.started_at, job.status) = (Some(user), Some(now), "running".into());
        Ok(())
    })?;
    let (pipeline, job) = find_job(&call)?;
    ok(shown(&call, pipeline, job)?)
}
