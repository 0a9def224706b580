//! Commit statuses, which are jobs of a pipeline that run elsewhere.
//!
//! As `app/services/ci/create_commit_status_service.rb` of gitlabhq has it: a status goes to the
//! newest pipeline of the commit, or opens an external one. One that is pending or running is
//! changed; after one that has ended comes another of the same name.

use std::collections::BTreeSet;

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::projects::find;
use super::refusals::{not_found, refusal};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::created;
use crate::server::sandbox::state::gitlab::{Level, Pipeline, Status};

const WRITE: Need = Need::write(Level::Developer);

pub(super) fn routes() -> Routes {
    Routes::new().on(On::POST, "/projects/{id}/statuses/{sha}", WRITE, create).on(
        On::GET,
        "/projects/{id}/repository/commits/{sha}/statuses",
        Need::READ,
        list,
    )
}

#[derive(Deserialize)]
struct Create {
    state: State,
    name: Option<String>,
    context: Option<String>,
    description: Option<String>,
    target_url: Option<String>,
    #[serde(rename = "ref")]
    branch: Option<String>,
    pipeline_id: Option<u64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Pending,
    Running,
    Success,
    Failed,
    Canceled,
    Skipped,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Skipped => "skipped",
        }
    }

    /// Why a status cannot become this, if it cannot.
    fn refused(self, before: &str) -> Option<Refusal> {
        let event = match self {
            Self::Pending => "enqueue",
            Self::Running => "run",
            _ => return None,
        };
        let cannot = match self {
            Self::Pending => matches!(before, "pending" | "running"),
            _ => before == "running",
        };
        let message = format!(
            "Cannot transition status via :{event} from :{before} (Reason(s): Status cannot \
             transition via \"{event}\")"
        );
        cannot.then(|| refusal(400, Mark::Observed, message))
    }
}

async fn create(mut call: Call) -> Reply {
    let new: Create = call.body()?;
    let sha = find(&call, call.asked.param("sha"))?.sha.clone();
    let project = call.project()?;
    let fits = |pipeline: &&Pipeline| {
        pipeline.sha == sha
            && new.branch.as_ref().is_none_or(|branch| *branch == pipeline.branch)
            && new.pipeline_id.is_none_or(|id| id == pipeline.id)
    };
    let pipeline = project.pipelines.iter().rev().find(fits).map(|one| (one.id, &one.branch));
    if new.pipeline_id.is_some() && pipeline.is_none() {
        return Err(not_found("Pipeline for pipeline_id, sha and ref"));
    }
    let mut branches = project.git.branches.iter();
    let mut containing = branches
        .by_ref()
        .filter(|(_, newest)| project.git.history(newest).iter().any(|commit| commit.sha == sha));
    let branch = new
        .branch
        .clone()
        .or_else(|| pipeline.map(|(_, branch)| branch.clone()))
        .or_else(|| containing.next().map(|(name, _)| name.clone()))
        .ok_or_else(|| not_found("References for commit"))?;
    let pipeline = pipeline.map(|(id, _)| id);
    let (author, now) = (call.username()?.to_owned(), call.now());
    let name = new.name.or(new.context).unwrap_or_else(|| "default".into());
    let status = call.change(|project, number| {
        let pipeline = pipeline.unwrap_or_else(|| {
            let (id, iid) = (number(), project.pipelines.len() as u64 + 1);
            let opened = Pipeline {
                id,
                iid,
                sha: sha.clone(),
                branch: branch.clone(),
                source: "external".into(),
                status: new.state.as_str().into(),
                user: author.clone(),
                created_at: now.clone(),
                jobs: Vec::new(),
            };
            project.pipelines.push(opened);
            id
        });
        let open = project.statuses.iter_mut().find(|one| {
            one.pipeline == pipeline
                && one.name == name
                && one.author == author
                && matches!(&*one.status, "pending" | "running")
        });
        if let Some(open) = open {
            if let Some(refusal) = new.state.refused(&open.status) {
                return Err(refusal);
            }
            open.status = new.state.as_str().into();
            open.description = new.description.or(open.description.take());
            open.target_url = new.target_url.or(open.target_url.take());
            return Ok(open.clone());
        }
        let status = Status {
            id: number(),
            sha,
            branch,
            pipeline,
            author,
            status: new.state.as_str().into(),
            name,
            description: new.description,
            target_url: new.target_url,
            created_at: now,
        };
        project.statuses.push(status.clone());
        Ok(status)
    })?;
    created(shown(&call, &status))
}

fn shown(call: &Call, status: &Status) -> Value {
    let ended = !matches!(&*status.status, "pending" | "running");
    json!({
        "id": status.id, "sha": status.sha, "ref": status.branch, "status": status.status,
        "name": status.name, "target_url": status.target_url, "description": status.description,
        "created_at": status.created_at, "started_at": null,
        "finished_at": ended.then_some(&status.created_at), "allow_failure": false,
        "coverage": null, "pipeline_id": status.pipeline, "author": call.view().user(&status.author),
    })
}

async fn list(call: Call) -> Reply {
    let (project, query) = (call.project()?, &call.asked.query);
    let sha = &find(&call, call.asked.param("sha"))?.sha;
    let mut seen = BTreeSet::new();
    let newest = project.statuses.iter().rev().filter(|status| {
        status.sha == *sha
            && query.get("name").is_none_or(|name| name == status.name)
            && query.get("ref").is_none_or(|branch| branch == status.branch)
    });
    let shown_ones =
        newest.filter(|status| query.is_set("all") || seen.insert((&status.name, status.pipeline)));
    call.list(shown_ones.map(|status| shown(&call, status)).collect::<Vec<_>>())
}
