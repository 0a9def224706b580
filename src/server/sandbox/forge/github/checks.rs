//! Check runs and their annotations.

use std::collections::BTreeSet;

use axum::routing::MethodFilter as On;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusals::{invalid_request, no_commit, not_found};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::state::github::{CheckRun, Role};

const READ: Need = Need::read(&["checks"]);
const WRITE: Need = Need::write(&["checks"], Role::Write).by_app();

/// How many annotations one request takes ("Create a check run" in the REST reference).
const MAX_ANNOTATIONS: usize = 50;

/// The longest summary and text, in characters ("Create a check run").
const MAX_TEXT: usize = 65_535;

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::POST, "/repos/{owner}/{repo}/check-runs", WRITE, create)
        .on(On::GET, "/repos/{owner}/{repo}/check-runs/{check_run_id}", READ, get)
        .on(On::PATCH, "/repos/{owner}/{repo}/check-runs/{check_run_id}", WRITE, update)
        .on(
            On::GET,
            "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
            READ,
            annotations,
        )
        .on(On::GET, "/repos/{owner}/{repo}/commits/{ref}/check-runs", READ, list)
}

#[derive(Deserialize)]
struct Create {
    name: String,
    head_sha: String,
    #[serde(flatten)]
    update: Update,
}

#[derive(Deserialize)]
struct Update {
    details_url: Option<String>,
    external_id: Option<String>,
    status: Option<Status>,
    started_at: Option<String>,
    conclusion: Option<Conclusion>,
    completed_at: Option<String>,
    output: Option<Output>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Queued,
    InProgress,
    Completed,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Conclusion {
    Success,
    Failure,
    Neutral,
    Cancelled,
    Skipped,
    TimedOut,
    ActionRequired,
}

#[derive(Deserialize)]
struct Output {
    title: Option<String>,
    summary: Option<String>,
    text: Option<String>,
    #[serde(default)]
    annotations: Vec<Annotation>,
}

#[derive(Deserialize, Serialize)]
struct Annotation {
    path: String,
    start_line: u32,
    end_line: u32,
    start_column: Option<u32>,
    end_column: Option<u32>,
    annotation_level: Level,
    message: String,
    title: Option<String>,
    raw_details: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Notice,
    Warning,
    Failure,
}

impl Update {
    fn check(&self) -> Result<(), Refusal> {
        if matches!(self.status, Some(Status::Completed)) && self.conclusion.is_none() {
            return Err(invalid_request("\"conclusion\" wasn't supplied."));
        }
        let Some(output) = &self.output else { return Ok(()) };
        let supplied = output.annotations.len();
        if supplied > MAX_ANNOTATIONS {
            let why = format!("No more than 50 items are allowed; {supplied} were supplied.");
            return Err(invalid_request(why));
        }
        for text in [&output.summary, &output.text].into_iter().flatten() {
            let supplied = text.chars().count();
            if supplied > MAX_TEXT {
                let why = format!("Only 65535 characters are allowed; {supplied} were supplied.");
                return Err(invalid_request(why));
            }
        }
        let columns = |one: &Annotation| one.start_column.or(one.end_column).is_some();
        let wrong = |one: &&Annotation| one.start_line != one.end_line && columns(one);
        match output.annotations.iter().find(wrong) {
            Some(_) => Err(invalid_request("Columns are for annotations on one line.")),
            None => Ok(()),
        }
    }

    fn apply(self, run: &mut CheckRun, now: &str) -> Result<(), Refusal> {
        let written = |value| serde_json::to_value(value).map_err(invalid_request);
        run.details_url = self.details_url.or(run.details_url.take());
        if let Some(id) = self.external_id {
            run.external_id = id;
        }
        if let Some(started_at) = self.started_at {
            run.started_at = started_at;
        }
        if let Some(status) = self.status {
            run.status = match status {
                Status::Queued => "queued",
                Status::InProgress => "in_progress",
                Status::Completed => "completed",
            }
            .into();
        }
        if let Some(conclusion) = self.conclusion {
            // "Providing conclusion will automatically set the status parameter to completed."
            run.status = "completed".into();
            let word = serde_json::to_value(conclusion).map_err(invalid_request)?;
            run.conclusion = word.as_str().map(str::to_owned);
            run.completed_at = Some(self.completed_at.unwrap_or_else(|| now.to_owned()));
        }
        if let Some(output) = self.output {
            run.title = output.title.or(run.title.take());
            run.summary = output.summary.or(run.summary.take());
            run.text = output.text.or(run.text.take());
            // They are added to those that are there.
            for annotation in output.annotations {
                run.annotations.push(written(annotation)?);
            }
        }
        Ok(())
    }
}

async fn create(mut call: Call) -> Reply {
    let Create { name, head_sha, update } = call.body()?;
    update.check()?;
    if call.repository()?.git.commit(&head_sha).is_none() {
        return Err(no_commit(&head_sha));
    }
    let (app, now) = (call.login()?.to_owned(), call.now());
    let id = call.change(|repository, number| {
        let mine = |run: &&CheckRun| run.app == app && run.sha == head_sha;
        let suite = repository.check_runs.iter().find(mine).map(|run| run.suite);
        let mut run = CheckRun {
            suite: suite.unwrap_or_else(&mut *number),
            id: number(),
            app,
            name,
            sha: head_sha,
            status: "queued".into(),
            started_at: now.clone(),
            ..CheckRun::default()
        };
        update.apply(&mut run, &now)?;
        let id = run.id;
        repository.check_runs.push(run);
        Ok(id)
    })?;
    created(shown(&call, find(&call, id)?)?)
}

async fn update(mut call: Call) -> Reply {
    let update: Update = call.body()?;
    update.check()?;
    let (id, now, app) = (call.number("check_run_id")?, call.now(), call.login()?.to_owned());
    call.change(|repository, _| {
        let run = repository.check_runs.iter_mut().find(|run| run.id == id);
        let run = run.ok_or_else(not_found)?;
        if run.app != app {
            let why = "Invalid app_id: a check run is changed by the App that made it.";
            return Err(invalid_request(why));
        }
        update.apply(run, &now)
    })?;
    ok(shown(&call, find(&call, id)?)?)
}

fn find(call: &Call, id: u64) -> Result<&CheckRun, Refusal> {
    call.repository()?.check_runs.iter().find(|run| run.id == id).ok_or_else(not_found)
}

async fn get(call: Call) -> Reply {
    ok(shown(&call, find(&call, call.number("check_run_id")?)?)?)
}

fn shown(call: &Call, run: &CheckRun) -> Result<Value, Refusal> {
    let CheckRun { id, suite, app, name, sha, status, conclusion, external_id, .. } = run;
    let (view, repository) = (call.view(), call.repository()?);
    let url = view.at(repository, &format!("/check-runs/{id}"));
    let page = view.page(repository, &format!("/runs/{id}"));
    Ok(json!({
        "id": id, "node_id": format!("CR_{id}"), "name": name, "head_sha": sha, "status": status,
        "conclusion": conclusion, "external_id": external_id, "url": url, "html_url": page,
        "details_url": run.details_url.as_ref().unwrap_or(&page), "started_at": run.started_at,
        "completed_at": run.completed_at, "check_suite": { "id": suite }, "app": view.app(app),
        "output": {
            "title": run.title, "summary": run.summary, "text": run.text,
            "annotations_count": run.annotations.len(),
            "annotations_url": format!("{url}/annotations"),
        },
        "pull_requests": view.pulls_with_head(repository, sha),
    }))
}

async fn annotations(call: Call) -> Reply {
    let (repository, run) = (call.repository()?, find(&call, call.number("check_run_id")?)?);
    let shown = |annotation: &Value| {
        let path = annotation["path"].as_str().unwrap_or_default();
        let mut shown = annotation.clone();
        let link = call.view().page(repository, &format!("/blob/{}/{path}", run.sha));
        shown["blob_href"] = json!(link);
        shown
    };
    call.list(run.annotations.iter().map(shown))
}

async fn list(call: Call) -> Reply {
    let (repository, commit) = (call.repository()?, call.commit(call.asked.param("ref"))?);
    let wanted = |run: &&CheckRun| {
        let is = |name: &str, value: &str| call.asked.query.get(name).is_none_or(|w| w == value);
        run.sha == commit.sha && is("check_name", &run.name) && is("status", &run.status)
    };
    let mut seen = BTreeSet::new();
    let all = call.asked.query.get("filter") == Some("all");
    let newest = repository.check_runs.iter().rev().filter(wanted);
    let runs: Vec<&CheckRun> =
        newest.filter(|run| all || seen.insert((&run.app, &run.name))).collect();
    let runs: Result<Vec<Value>, Refusal> = runs.iter().map(|run| shown(&call, run)).collect();
    call.counted("check_runs", runs?)
}
