//! Pull requests: their commits and files, and who is asked for a review.

use std::collections::BTreeSet;

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::commits::{between, own_commits};
use super::refusals::{invalid_field, not_found};
use super::reviews::approvals;
use super::view::add;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::state::github::{Pull, Repository, Role};

const READ: Need = Need::read(&["pull-requests"]);
const ASK: Need = Need::write(&["pull-requests"], Role::Write);

pub(super) fn routes() -> Routes {
    const REVIEWERS: &str = "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}/pulls", READ, list)
        .on(On::GET, "/repos/{owner}/{repo}/pulls/{pull_number}", READ, get)
        .on(On::GET, "/repos/{owner}/{repo}/pulls/{pull_number}/commits", READ, commits)
        .on(On::GET, "/repos/{owner}/{repo}/pulls/{pull_number}/files", READ, files)
        .on(On::GET, REVIEWERS, READ, reviewers)
        .on(On::POST, REVIEWERS, ASK, ask)
        .on(On::DELETE, REVIEWERS, ASK, unask)
}

async fn list(call: Call) -> Reply {
    let (repository, query) = (call.repository()?, &call.asked.query);
    let state = query.get("state").unwrap_or("open");
    let wanted = |pull: &&Pull| {
        let owner = pull.head.repository.split('/').next().unwrap_or_default();
        let head = format!("{owner}:{}", pull.head.branch);
        (state == "all" || (state == "closed") == pull.closed)
            && query.get("head").is_none_or(|wanted| wanted == head)
            && query.get("base").is_none_or(|wanted| wanted == pull.base.branch)
    };
    let pulls = repository.pulls.iter().rev().filter(wanted);
    call.list(pulls.map(|pull| call.view().pull(repository, pull)))
}

async fn get(call: Call) -> Reply {
    ok(whole(&call, call.repository()?, call.pull()?))
}

/// A pull request with what lists do not show.
pub(super) fn whole(call: &Call, repository: &Repository, pull: &Pull) -> Value {
    let compared = between(repository, pull);
    let files = compared.as_ref().map(|compared| compared.files()).unwrap_or_default();
    let lines = files.iter().map(|file| file.lines());
    let (added, removed) = lines.fold((0, 0), |(added, removed), (a, r)| (added + a, removed + r));
    let comments = repository.comments.iter().filter(|comment| comment.issue == pull.number);
    let merged_by = pull.merged.as_ref().map(|merged| call.view().user(&merged.by));
    let mut shown = call.view().pull(repository, pull);
    let more = json!({
        "merged": pull.merged.is_some(), "merged_by": merged_by,
        "mergeable": (!pull.closed).then_some(true), "rebaseable": (!pull.closed).then_some(true),
        "mergeable_state": mergeable_state(call, repository, pull), "comments": comments.count(),
        "review_comments": 0, "maintainer_can_modify": pull.is_from_fork(),
        "commits": own_commits(repository, pull).len(), "additions": added, "deletions": removed,
        "changed_files": files.len(),
    });
    add(&mut shown, more);
    shown
}

/// `clean`, or what stands in the way ("MergeStateStatus" in GitHub's GraphQL reference).
pub(super) fn mergeable_state(call: &Call, repository: &Repository, pull: &Pull) -> &'static str {
    let rules = repository.protection.get(&pull.base.branch);
    let blocked = rules.is_some_and(|rules| {
        let given = approvals(call.github(), repository, pull);
        let standing = repository.standing(&pull.head.sha);
        let succeeds = |context: &String| {
            standing.iter().any(|s| s.context == *context && s.state == "success")
                || repository.check_runs.iter().rev().any(|run| {
                    run.sha == pull.head.sha
                        && run.name == *context
                        && run.conclusion.as_deref() == Some("success")
                })
        };
        given < rules.approvals as usize || !rules.contexts.iter().all(succeeds)
    });
    match () {
        () if pull.closed => "unknown",
        () if pull.draft => "draft",
        () if blocked => "blocked",
        () => "clean",
    }
}

async fn commits(call: Call) -> Reply {
    let (repository, pull) = (call.repository()?, call.pull()?);
    let commits = own_commits(repository, pull);
    call.list(commits.iter().map(|commit| call.view().commit(repository, commit)))
}

async fn files(call: Call) -> Reply {
    let (repository, pull) = (call.repository()?, call.pull()?);
    let files = between(repository, pull).map(|compared| compared.files()).unwrap_or_default();
    call.list(files.iter().map(|file| call.view().file(repository, &pull.head.sha, file)))
}

async fn reviewers(call: Call) -> Reply {
    let shown = call.view().pull(call.repository()?, call.pull()?);
    let (users, teams) = (&shown["requested_reviewers"], &shown["requested_teams"]);
    ok(json!({ "users": users, "teams": teams }))
}

#[derive(Deserialize)]
struct Reviewers {
    #[serde(default)]
    reviewers: BTreeSet<String>,
    #[serde(default)]
    team_reviewers: BTreeSet<String>,
}

async fn ask(mut call: Call) -> Reply {
    let asked: Reviewers = call.body()?;
    let (repository, pull) = (call.repository()?, call.pull()?);
    let no_collaborator =
        |login: &&String| **login == pull.author || call.github().role(repository, login).is_none();
    if asked.reviewers.iter().any(|login| no_collaborator(&login)) {
        let message = "Reviews may only be requested from collaborators. One or more of the users \
                       or teams you specified is not a collaborator of the repository.";
        return Err(invalid_field("PullRequest", "reviewers", message));
    }
    let shown = change(&mut call, |pull| {
        pull.reviewers.extend(asked.reviewers);
        pull.team_reviewers.extend(asked.team_reviewers);
    })?;
    created(shown)
}

async fn unask(mut call: Call) -> Reply {
    let asked: Reviewers = call.body()?;
    ok(change(&mut call, |pull| {
        pull.reviewers.retain(|login| !asked.reviewers.contains(login));
        pull.team_reviewers.retain(|slug| !asked.team_reviewers.contains(slug));
    })?)
}

/// Changes the pull request that the path names, and shows it.
fn change(call: &mut Call, change: impl FnOnce(&mut Pull)) -> Result<Value, Refusal> {
    let (number, now) = (call.number("pull_number")?, call.now());
    call.change(|repository, _| {
        let pull = repository.pulls.iter_mut().find(|pull| pull.number == number);
        let pull = pull.ok_or_else(not_found)?;
        change(pull);
        pull.updated_at = now;
        Ok(())
    })?;
    Ok(call.view().pull(call.repository()?, call.pull()?))
}
