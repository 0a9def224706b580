//! Deployments, and the approval of those that are blocked.

use axum::routing::MethodFilter as On;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::environments::{shown as shown_environment, who};
use super::projects::find as find_commit;
use super::refusals::{cannot, forbidden, not_found};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::state::gitlab::{
    Approvals, Decision, Deployment, Environment, Level, Project, Who,
};

const READ: Need = Need::READ.or_job();
const WRITE: Need = Need::write(Level::Developer).or_job();
/// Whether somebody may approve is for the environment to say.
const APPROVE: Need = Need::write(Level::Reporter);

pub(super) fn routes() -> Routes {
    const ONE: &str = "/projects/{id}/deployments/{deployment_id}";
    Routes::new()
        .on(On::GET, "/projects/{id}/deployments", READ, list)
        .on(On::POST, "/projects/{id}/deployments", WRITE, create)
        .on(On::GET, ONE, READ, get)
        .on(On::PUT, ONE, WRITE, update)
        .on(On::POST, "/projects/{id}/deployments/{deployment_id}/approval", APPROVE, decide)
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Created,
    Running,
    Success,
    Failed,
    Canceled,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

/// A deployment without the rules about it.
pub(super) fn shown(call: &Call, deployment: &Deployment) -> Result<Value, Refusal> {
    let Deployment { id, iid, sha, branch, status, user, created_at, updated_at, .. } = deployment;
    let project = call.project()?;
    let environment = project.environments.get(&deployment.environment);
    let environment = environment.map(|one| shown_environment(call, &deployment.environment, one));
    Ok(json!({
        "id": id, "iid": iid, "ref": branch, "sha": sha, "status": status,
        "created_at": created_at, "updated_at": updated_at, "user": call.view().dated_user(user),
        "environment": environment.transpose()?, "deployable": deployable(call, deployment)?,
    }))
}

/// The job that deploys: the one of the commit's pipeline that has the environment's name. There is
/// none for a deployment that was made through the API.
fn deployable(call: &Call, deployment: &Deployment) -> Result<Value, Refusal> {
    let (project, view) = (call.project()?, call.view());
    let found = project.pipelines.iter().rev().find_map(|pipeline| {
        let here = pipeline.sha == deployment.sha;
        let mut jobs = pipeline.jobs.iter().filter(|_| here);
        Some((pipeline, jobs.find(|job| job.name.ends_with(&deployment.environment))?))
    });
    let Some((pipeline, job)) = found else { return Ok(Value::Null) };
    let commit = project.git.commit(&deployment.sha);
    Ok(json!({
        "id": job.id, "name": job.name, "stage": job.stage, "status": job.status,
        "ref": deployment.branch, "tag": deployment.tag, "coverage": null,
        "created_at": pipeline.created_at, "started_at": job.started_at, "finished_at": null,
        "commit": commit.map(|commit| view.commit(project, commit)),
        "pipeline": view.pipeline(project, pipeline), "runner": null,
        "user": view.dated_user(job.user.as_ref().unwrap_or(&deployment.user)),
    }))
}

fn shown_decision(call: &Call, decision: &Decision) -> Value {
    let Decision { user, status, comment, created_at } = decision;
    let user = call.view().dated_user(user);
    json!({ "user": user, "status": status, "created_at": created_at, "comment": comment })
}

/// A deployment with what was decided about it, and what still has to be.
fn whole(call: &Call, deployment: &Deployment) -> Result<Value, Refusal> {
    let project = call.project()?;
    let mut shown = shown(call, deployment)?;
    let decisions = deployment.approvals.iter();
    let missing = call.gitlab().missing(project, deployment);
    shown["pending_approval_count"] = json!(missing);
    shown["approvals"] = decisions.map(|decision| shown_decision(call, decision)).collect();
    let protection = project.environments.get(&deployment.environment);
    let protection = protection.and_then(|environment| environment.protection.as_ref());
    let rule = |rule: &Approvals| {
        let by = |decision: &&Decision| call.gitlab().is_one_of(&rule.of, project, &decision.user);
        let given = deployment.approvals.iter().filter(by);
        let given: Vec<Value> = given.map(|decision| shown_decision(call, decision)).collect();
        let mut shown = who(call, &rule.of);
        shown["id"] = json!(rule.id);
        shown["required_approvals"] = json!(rule.required);
        shown["deployment_approvals"] = json!(given);
        shown
    };
    let rules = protection.map_or(&[][..], |protection| &protection.approvals);
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    shown["approval_summary"] = json!({ "rules": rules });
    Ok(shown)
}

async fn list(call: Call) -> Reply {
    let query = &call.asked.query;
    let is = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    let after = query.get("updated_after").and_then(|text| text.parse::<Timestamp>().ok());
    if after.is_some() && query.get("order_by") != Some("updated_at") {
        return Err(cannot("`updated_at` filter and `updated_at` sorting must be paired"));
    }
    let after = after.map(|after| format!("{after:.3}"));
    let wanted = call.project()?.deployments.iter().filter(|deployment| {
        is("environment", &deployment.environment)
            && is("status", &deployment.status)
            && after.as_ref().is_none_or(|after| deployment.updated_at > *after)
    });
    let shown: Result<Vec<Value>, _> = wanted.map(|one| shown(&call, one)).collect();
    let mut shown = shown?;
    if query.get("sort") == Some("desc") {
        shown.reverse();
    }
    call.list(shown)
}

fn find(call: &Call) -> Result<&Deployment, Refusal> {
    let id = call.asked.number("deployment_id");
    let found = call.project()?.deployments.iter().find(|one| Some(one.id) == id);
    found.ok_or_else(|| not_found("Deployment"))
}

async fn get(call: Call) -> Reply {
    ok(whole(&call, find(&call)?)?)
}

#[derive(Deserialize)]
struct Create {
    environment: String,
    sha: String,
    #[serde(rename = "ref")]
    branch: String,
    tag: bool,
    status: Status,
}

/// Whether somebody may deploy to an environment.
fn may_deploy(call: &Call, project: &Project, environment: &str) -> Result<bool, Refusal> {
    let found = project.environments.get(environment);
    let Some(protection) = found.and_then(|environment| environment.protection.as_ref()) else {
        return Ok(true);
    };
    let name = call.username()?;
    Ok(protection.deployers.iter().any(|who| call.gitlab().is_one_of(who, project, name)))
}

async fn create(mut call: Call) -> Reply {
    let Create { environment, sha, branch, tag, status } = call.body()?;
    let sha = find_commit(&call, &sha)?.sha.clone();
    if !may_deploy(&call, call.project()?, &environment)? {
        return Err(forbidden());
    }
    let (user, now) = (call.username()?.to_owned(), call.now());
    let id = call.change(|project, number| {
        let id = number();
        if !project.environments.contains_key(&environment) {
            let new = Environment {
                id: number(),
                created_at: now.clone(),
                tier: tier(&environment).into(),
                ..Environment::default()
            };
            project.environments.insert(environment.clone(), new);
        }
        project.deployments.push(Deployment {
            id,
            iid: project.deployments.len() as u64 + 1,
            sha,
            branch,
            tag,
            environment,
            status: status.as_str().into(),
            user,
            created_at: now.clone(),
            updated_at: now,
            approvals: Vec::new(),
        });
        Ok(id)
    })?;
    let made = call.project()?.deployments.iter().find(|one| one.id == id);
    created(whole(&call, made.ok_or_else(|| not_found("Deployment"))?)?)
}

/// What GitLab takes an environment for by its name ("Deployment tier of environments").
pub(in crate::server::sandbox::forge) fn tier(name: &str) -> &'static str {
    let name = name.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if is(&["dev", "review", "trunk"]) => "development",
        () if is(&["test", "tst", "qa", "qc", "int", "acc"]) => "testing",
        () if is(&["stag", "stg", "model", "pre", "demo", "non"]) => "staging",
        () if is(&["prod", "live"]) => "production",
        () => "other",
    }
}

#[derive(Deserialize)]
struct Update {
    status: Status,
}

async fn update(mut call: Call) -> Reply {
    let Update { status } = call.body()?;
    let deployment = find(&call)?;
    if deployment.status == "blocked"
        || !may_deploy(&call, call.project()?, &deployment.environment)?
    {
        return Err(forbidden());
    }
    let (id, now) = (deployment.id, call.now());
    change(&mut call, id, |deployment| {
        (deployment.status, deployment.updated_at) = (status.as_str().into(), now);
    })?;
    ok(whole(&call, find(&call)?)?)
}

fn change(call: &mut Call, id: u64, change: impl FnOnce(&mut Deployment)) -> Result<(), Refusal> {
    call.change(|project, _| {
        let found = project.deployments.iter_mut().find(|one| one.id == id);
        change(found.ok_or_else(|| not_found("Deployment"))?);
        Ok(())
    })
}

#[derive(Deserialize)]
struct Decide {
    status: Word,
    comment: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Word {
    Approved,
    Rejected,
}

/// ("Deployment approvals": who started a deployment cannot approve it, each has one decision, and
/// one who rejects ends it.)
async fn decide(mut call: Call) -> Reply {
    let Decide { status, comment } = call.body()?;
    let (project, deployment, user) = (call.project()?, find(&call)?, call.username()?.to_owned());
    if deployment.status != "blocked" {
        return Err(cannot("This deployment is not waiting for approvals."));
    }
    if deployment.user == user {
        return Err(cannot("You cannot approve your own deployment."));
    }
    let environment = project.environments.get(&deployment.environment);
    let rules = environment.and_then(|environment| environment.protection.as_ref());
    let named = |who: &Who| call.gitlab().is_one_of(who, project, &user);
    if !rules.is_some_and(|rules| rules.approvals.iter().any(|rule| named(&rule.of))) {
        return Err(cannot("You don't have permission to approve this deployment."));
    }
    let (id, now) = (deployment.id, call.now());
    let word = if status == Word::Approved { "approved" } else { "rejected" };
    let decision = Decision {
        user: user.clone(),
        status: word.into(),
        comment: comment.unwrap_or_default(),
        created_at: now.clone(),
    };
    let given = decision.clone();
    change(&mut call, id, |deployment| {
        deployment.approvals.retain(|one| one.user != user);
        deployment.approvals.push(given);
        deployment.updated_at = now;
        if status == Word::Rejected {
            deployment.status = "failed".into();
        }
    })?;
    if call.gitlab().missing(call.project()?, find(&call)?) == 0 && status == Word::Approved {
        // Somebody still has to start the job.
        change(&mut call, id, |deployment| deployment.status = "created".into())?;
    }
    created(shown_decision(&call, &decision))
}
