//! Commits, what lies between two, and the pull requests that a commit is in.

use axum::routing::MethodFilter as On;
use serde_json::json;

use super::refusals::{no_commit, not_found};
use super::view::add;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::paging::PerPage;
use crate::server::sandbox::state::git::{Commit, Comparison};
use crate::server::sandbox::state::github::{Pull, Repository};

const CONTENTS: Need = Need::read(&["contents"]);
const PULLS: Need = Need::read(&["pull-requests"]);

/// How many commits a comparison lists ("Compare two commits": 250 without a page).
const COMMITS: PerPage = PerPage { default: 250, max: 250 };

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}/commits/{ref}", CONTENTS, commit)
        .on(On::GET, "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", PULLS, pulls)
        .on(On::GET, "/repos/{owner}/{repo}/compare/{basehead}", CONTENTS, compare)
}

async fn commit(call: Call) -> Reply {
    let (repository, commit) = (call.repository()?, call.commit(call.asked.param("ref"))?);
    let mut shown = call.view().commit(repository, commit);
    let files = commit.files.iter();
    let (added, removed) = files
        .clone()
        .map(|file| file.lines())
        .fold((0, 0), |(added, removed), (a, r)| (added + a, removed + r));
    let files = files.map(|file| call.view().file(repository, &commit.sha, file));
    let stats = json!({ "additions": added, "deletions": removed, "total": added + removed });
    add(&mut shown, json!({ "stats": stats, "files": files.collect::<Vec<_>>() }));
    ok(shown)
}

/// The pull requests that brought a commit, or would: those whose own commits it is among, and the
/// one whose merge it is.
async fn pulls(call: Call) -> Reply {
    let (repository, sha) = (call.repository()?, call.asked.param("commit_sha"));
    let commit = repository.git.commit(sha).ok_or_else(|| no_commit(sha))?;
    let brings = |pull: &&Pull| {
        pull.merged.as_ref().is_some_and(|merged| merged.sha == commit.sha)
            || own_commits(repository, pull).iter().any(|own| own.sha == commit.sha)
    };
    let pulls = repository.pulls.iter().rev().filter(brings);
    call.list(pulls.map(|pull| call.view().pull(repository, pull)))
}

/// The commits of a pull request, the oldest first.
pub(super) fn own_commits<'a>(repository: &'a Repository, pull: &Pull) -> Vec<&'a Commit> {
    between(repository, pull).map(|between| between.ahead).unwrap_or_default()
}

/// What lies between the base of a pull request and its head.
pub(super) fn between<'a>(repository: &'a Repository, pull: &Pull) -> Option<Comparison<'a>> {
    repository.git.compare(&pull.base.sha, &pull.head.sha)
}

async fn compare(call: Call) -> Reply {
    let basehead = call.asked.param("basehead");
    let (base, head) = basehead.split_once("...").ok_or_else(not_found)?;
    let (repository, view) = (call.repository()?, call.view());
    // `owner:branch` names a fork's, whose commits are here as well where there is a pull request.
    let find = |name: &str| -> Result<&Commit, Refusal> {
        let git = &repository.git;
        let name = name.rsplit(':').next().unwrap_or(name);
        git.resolve(name).ok_or_else(not_found)
    };
    let (base, head) = (find(base)?, find(head)?);
    let compared = repository.git.compare(&base.sha, &head.sha).ok_or_else(not_found)?;
    let page = view.page(repository, &format!("/compare/{basehead}"));
    let ahead = compared.ahead.iter().map(|commit| view.commit(repository, commit));
    let (commits, _) = call.asked.page(ahead, COMMITS);
    let files = compared.files();
    let files = files.iter().map(|file| view.file(repository, &head.sha, file));
    ok(json!({
        "url": view.at(repository, &format!("/compare/{basehead}")), "html_url": page,
        "permalink_url": page, "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"), "base_commit": view.commit(repository, base),
        "merge_base_commit": view.commit(repository, compared.merge_base),
        "status": compared.status(), "ahead_by": commits.total, "behind_by": compared.behind,
        "total_commits": commits.total, "files": files.collect::<Vec<_>>(),
        "commits": commits.items,
    }))
}
