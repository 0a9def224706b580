//! Merge requests, their commits and what they change.

use axum::routing::MethodFilter as On;
use serde_json::{Value, json};

use super::projects::find;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::git::{Change, Comparison, File};
use crate::server::sandbox::state::gitlab::{Level, MergeRequest, Project, Version};

const READ: Need = Need::READ;

pub(super) fn routes() -> Routes {
    const ONE: &str = "/projects/{id}/merge_requests/{merge_request_iid}";
    const COMMITS: &str = "/projects/{id}/merge_requests/{merge_request_iid}/commits";
    const DIFFS: &str = "/projects/{id}/merge_requests/{merge_request_iid}/diffs";
    const VERSIONS: &str = "/projects/{id}/merge_requests/{merge_request_iid}/versions";
    const REVIEWERS: &str = "/projects/{id}/merge_requests/{merge_request_iid}/reviewers";
    Routes::new()
        .on(On::GET, "/projects/{id}/merge_requests", READ, list)
        .on(On::GET, ONE, READ, get)
        .on(On::GET, COMMITS, READ, commits)
        .on(On::GET, DIFFS, READ, diffs)
        .on(On::GET, VERSIONS, READ, versions)
        .on(On::GET, REVIEWERS, READ, reviewers)
        .on(On::GET, "/projects/{id}/repository/commits/{sha}/merge_requests", READ, of_commit)
}

/// What lies between the target of a merge request and its newest commit.
pub(super) fn between<'a>(project: &'a Project, request: &MergeRequest) -> Option<Comparison<'a>> {
    let target = match request.state.as_str() {
        "merged" => &request.base,
        _ => project.git.branches.get(&request.target_branch)?,
    };
    project.git.compare(target, &request.sha)
}

pub(super) fn shown(call: &Call, request: &MergeRequest) -> Result<Value, Refusal> {
    let (view, project) = (call.view(), call.project()?);
    let MergeRequest { id, iid, title, description, author, state, draft, sha, .. } = request;
    let source = request.source_project.as_ref().and_then(|of| call.gitlab().projects.get(of));
    let compared = between(project, request);
    let base = compared.as_ref().map_or("", |compared| &compared.merge_base.sha);
    let changes = compared.as_ref().map_or(0, |compared| compared.files().len());
    let closed = |word: &str| (state == word).then_some(&request.updated_at);
    let reviewers: Vec<Value> = request.reviewers.iter().map(|name| view.user(name)).collect();
    let level = call.username().ok().and_then(|name| call.gitlab().level(project, name));
    let pipeline = project.pipelines.iter().rev().find(|pipeline| pipeline.sha == *sha);
    let relative = format!("!{iid}");
    let status = match (&**state, *draft) {
        ("opened", false) if super::approvals::left(call, project, request) == 0 => "mergeable",
        ("opened", false) => "not_approved",
        ("opened", true) => "draft_status",
        _ => "not_open",
    };
    let who = json!({
        "id": id, "iid": iid, "project_id": project.id, "title": title, "description": description,
        "state": state, "draft": draft, "work_in_progress": draft, "author": view.user(author),
        "assignee": null, "assignees": [], "reviewers": reviewers, "labels": [], "milestone": null,
        "source_branch": request.source_branch, "target_branch": request.target_branch,
        "source_project_id": source.unwrap_or(project).id, "target_project_id": project.id,
        "created_at": request.created_at, "updated_at": request.updated_at,
        "merged_at": closed("merged"), "closed_at": closed("closed"), "merged_by": null,
        "closed_by": null, "merge_user": null, "user": { "can_merge": level >= Some(Level::Developer) },
    });
    let what = json!({
        "sha": sha, "merge_commit_sha": request.merge_commit, "squash_commit_sha": request.squash_commit,
        "diff_refs": { "base_sha": base, "head_sha": sha, "start_sha": base },
        "changes_count": changes.to_string(), "has_conflicts": false, "merge_error": null,
        "merge_status": "can_be_merged", "detailed_merge_status": status, "squash": false,
        "merge_when_pipeline_succeeds": false, "should_remove_source_branch": null,
        "force_remove_source_branch": false, "discussion_locked": null, "rebase_in_progress": false,
        "blocking_discussions_resolved": true, "approvals_before_merge": null,
        "pipeline": pipeline.map(|pipeline| view.pipeline(project, pipeline)),
        "head_pipeline": null,
    });
    let rest = json!({
        "reference": relative, "references": {
            "short": relative, "relative": relative, "full": format!("{}{relative}", project.path),
        },
        "web_url": view.of_project(project, &format!("merge_requests/{iid}")),
        "user_notes_count": request.notes.len(), "upvotes": 0, "downvotes": 0, "subscribed": false,
        "prepared_at": request.created_at, "first_contribution": false,
        "first_deployed_to_production_at": null, "latest_build_started_at": null,
        "latest_build_finished_at": null,
        "task_completion_status": { "count": 0, "completed_count": 0 },
        "time_stats": {
            "time_estimate": 0, "total_time_spent": 0, "human_time_estimate": null,
            "human_total_time_spent": null,
        },
    });
    let parts = [who, what, rest].into_iter();
    Ok(parts.filter_map(|part| part.as_object().cloned()).flatten().collect())
}

/// Answers with merge requests, the newest first.
fn answer<'a>(call: &Call, requests: impl DoubleEndedIterator<Item = &'a MergeRequest>) -> Reply {
    let requests: Result<Vec<Value>, _> =
        requests.rev().map(|request| shown(call, request)).collect();
    call.list(requests?)
}

async fn list(call: Call) -> Reply {
    let query = &call.asked.query;
    let is = |name: &str, value: &str| query.get(name).is_none_or(|w| w == value || w == "all");
    let requests = call.project()?.merge_requests.iter().filter(|request| {
        is("state", &request.state)
            && is("source_branch", &request.source_branch)
            && is("target_branch", &request.target_branch)
    });
    answer(&call, requests)
}

async fn get(call: Call) -> Reply {
    ok(shown(&call, call.merge_request()?)?)
}

async fn commits(call: Call) -> Reply {
    let (project, request) = (call.project()?, call.merge_request()?);
    let commits = between(project, request).map(|between| between.ahead).unwrap_or_default();
    call.list(commits.iter().rev().map(|commit| call.view().commit(project, commit)))
}

async fn diffs(call: Call) -> Reply {
    let (project, request) = (call.project()?, call.merge_request()?);
    let files = between(project, request).map(|between| between.files()).unwrap_or_default();
    call.list(files.into_iter().map(diff))
}

/// The newest first.
async fn versions(call: Call) -> Reply {
    let (project, request) = (call.project()?, call.merge_request()?);
    let base = between(project, request).map(|between| between.merge_base.sha.clone());
    let shown = |version: &Version| {
        json!({
            "id": version.id, "head_commit_sha": version.sha, "base_commit_sha": base,
            "start_commit_sha": base, "created_at": version.created_at,
            "merge_request_id": request.id, "state": "collected", "real_size": "1",
        })
    };
    call.list(request.versions.iter().rev().map(shown))
}

async fn reviewers(call: Call) -> Reply {
    let request = call.merge_request()?;
    let state = |name: &String| match () {
        () if request.against.contains(name) => "requested_changes",
        () if request.is_approved_by(name) => "approved",
        () => "unreviewed",
    };
    call.list(request.reviewers.iter().map(|name| {
        let user = call.view().user(name);
        json!({ "user": user, "state": state(name), "created_at": request.created_at })
    }))
}

/// A file that was changed.
pub(super) fn diff(file: &File) -> Value {
    let File { path, previous, change, patch, .. } = file;
    json!({
        "old_path": previous.as_ref().unwrap_or(path), "new_path": path, "a_mode": "100644",
        "b_mode": "100644", "diff": patch, "new_file": *change == Change::Added,
        "renamed_file": *change == Change::Renamed, "deleted_file": *change == Change::Removed,
        "generated_file": false,
    })
}

/// The merge requests that brought a commit, or would.
async fn of_commit(call: Call) -> Reply {
    let (project, commit) = (call.project()?, find(&call, call.asked.param("sha"))?);
    let requests = project.merge_requests.iter().filter(|request| {
        request.sha == commit.sha
            || request.merge_commit.as_ref() == Some(&commit.sha)
            || between(project, request)
                .is_some_and(|between| between.ahead.iter().any(|own| own.sha == commit.sha))
    });
    answer(&call, requests)
}
