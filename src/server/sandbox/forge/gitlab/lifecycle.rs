//! How a merge request begins, and how it ends.

use std::collections::BTreeMap;

use axum::routing::MethodFilter as On;
use serde::Deserialize;

use super::merge_requests::shown;
use super::refusals::{bad_request, refusal};
use super::{Call, Need, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::forge::push::{self, New};
use crate::server::sandbox::state::gitlab::{Level, MergeRequest, Version};

const WRITE: Need = Need::write(Level::Developer);

pub(super) fn routes() -> Routes {
    const MERGE: &str = "/projects/{id}/merge_requests/{merge_request_iid}/merge";
    Routes::new().on(On::POST, "/projects/{id}/merge_requests", WRITE, open).on(
        On::PUT,
        MERGE,
        WRITE,
        merge,
    )
}

#[derive(Deserialize)]
struct Open {
    source_branch: String,
    target_branch: String,
    title: String,
    description: Option<String>,
}

async fn open(mut call: Call) -> Reply {
    let Open { source_branch, target_branch, title, description } = call.body()?;
    let git = &call.project()?.git;
    let sha = git.branches.get(&source_branch);
    let sha = sha.ok_or_else(|| bad_request("source_branch does not exist"))?.clone();
    if !git.branches.contains_key(&target_branch) {
        return Err(bad_request("target_branch does not exist"));
    }
    let (author, now) = (call.username()?.to_owned(), call.now());
    let iid = call.change(|project, number| {
        let newest = project.merge_requests.iter().map(|request| request.iid).max();
        let iid = newest.unwrap_or_default() + 1;
        let version = Version { id: number(), sha: sha.clone(), created_at: now.clone() };
        project.merge_requests.push(MergeRequest {
            id: number(),
            iid,
            title,
            description,
            author,
            state: "opened".into(),
            source_branch,
            target_branch,
            sha,
            versions: vec![version],
            created_at: now.clone(),
            updated_at: now,
            ..MergeRequest::default()
        });
        Ok(iid)
    })?;
    let made = call.project()?.merge_request(iid);
    created(shown(&call, made.ok_or_else(|| super::refusals::not_found("Merge Request"))?)?)
}

#[derive(Deserialize)]
struct Merge {
    /// What the head has to be.
    sha: Option<String>,
    #[serde(default)]
    squash: bool,
}

/// Merges by a commit of its own, as projects do unless they are told otherwise ("Merge methods").
async fn merge(mut call: Call) -> Reply {
    let Merge { sha, squash } = call.body()?;
    let (project, request) = (call.project()?, call.merge_request()?);
    let refused = |status, why: &str| refusal(status, Mark::Documented, why);
    if request.state != "opened" || super::approvals::left(&call, project, request) > 0 {
        return Err(refused(405, "405 Method Not Allowed"));
    }
    if sha.is_some_and(|sha| sha != request.sha) {
        return Err(refused(409, "SHA does not match HEAD of source branch"));
    }
    let me = call.username()?.to_owned();
    let new = |author: &str, message: String| New {
        author: author.to_owned(),
        committer: me.clone(),
        message,
        files: BTreeMap::new(),
    };
    let (git, source) = (&project.git, &call.asked.sandbox.source);
    let target = request.target_branch.clone();
    let base = git.branches.get(&target).cloned().unwrap_or_default();
    let conflict = || refused(422, "Branch cannot be merged");
    let title = request.title.clone();
    let one = squash
        .then(|| push::merge(git, &base, &request.sha, new(&request.author, title), true, source));
    let one = one.map(|made| made.ok_or_else(conflict)).transpose()?;
    let message = format!("Merge branch '{}' into '{target}'", request.source_branch);
    let made = push::merge(git, &base, &request.sha, new(&me, message), false, source);
    let mut made = made.ok_or_else(conflict)?;
    if let Some(one) = &one {
        made.parents = vec![base.clone(), one.sha.clone()];
        made.tree.clone_from(&one.tree);
    }
    let (sha, squashed) = (made.sha.clone(), one.as_ref().map(|one| one.sha.clone()));
    call.push(|project| {
        project.git.commits.extend(one);
        project.git.push(&target, made);
    })?;
    let now = call.now();
    call.change_merge_request(|request, _| {
        (request.state, request.base) = ("merged".into(), base);
        (request.merge_commit, request.squash_commit) = (Some(sha), squashed);
        request.updated_at = now;
        Ok(())
    })?;
    ok(shown(&call, call.merge_request()?)?)
}
