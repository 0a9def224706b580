//! How a pull request begins, and how it ends: opened, closed, merged.

use std::collections::BTreeMap;

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::json;

use super::contents::WRITE;
use super::pulls::mergeable_state;
use super::refusals::{invalid_field, not_found, refusal};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::forge::push::{self, New};
use crate::server::sandbox::state::github::{Merged, Pull, Role, Side};

/// Whoever sees a repository may open a pull request; from one where one may push.
const OPEN: Need = Need::write(&["pull-requests"], Role::Read);
const CLOSE: Need = Need::write(&["pull-requests"], Role::Write);

/// Who commits what is merged on GitHub's pages.
const WEB: &str = "web-flow";

pub(super) fn routes() -> Routes {
    const ONE: &str = "/repos/{owner}/{repo}/pulls/{pull_number}";
    Routes::new()
        .on(On::POST, "/repos/{owner}/{repo}/pulls", OPEN, open)
        .on(On::PATCH, ONE, CLOSE, update)
        .on(On::PUT, "/repos/{owner}/{repo}/pulls/{pull_number}/merge", WRITE, merge)
}

#[derive(Deserialize)]
struct Open {
    title: String,
    body: Option<String>,
    /// `branch`, or `owner:branch` of a fork.
    head: String,
    base: String,
    #[serde(default)]
    draft: bool,
}

/// The side of a pull request that a name means.
fn side(call: &Call, name: &str) -> Result<Side, Refusal> {
    let here = call.repository()?;
    let (owner, branch) = name.split_once(':').unwrap_or((here.owner(), name));
    let known = call.github().repositories.values();
    let mut known = known.filter(|one| one.owner() == owner && one.name() == here.name());
    let invalid = || invalid_field("PullRequest", "head", "invalid");
    let repository = known.next().ok_or_else(invalid)?;
    let sha = repository.git.branches.get(branch).ok_or_else(invalid)?.clone();
    Ok(Side { repository: repository.full_name.clone(), branch: branch.to_owned(), sha })
}

async fn open(mut call: Call) -> Reply {
    let Open { title, body, head, base, draft } = call.body()?;
    let (head, base, author) = (side(&call, &head)?, side(&call, &base)?, call.login()?.to_owned());
    let of = call.github().repositories.get(&head.repository).ok_or_else(not_found)?.git.clone();
    let now = call.now();
    let number = call.change(|repository, number| {
        repository.git.fetch(&of, &head.sha);
        let pulls = repository.pulls.iter().map(|pull| pull.number).max().unwrap_or_default() + 1;
        repository.pulls.push(Pull {
            id: number(),
            number: pulls,
            title,
            body,
            author,
            draft,
            head,
            base,
            created_at: now.clone(),
            updated_at: now,
            ..Pull::default()
        });
        Ok(pulls)
    })?;
    let repository = call.repository()?;
    let pull = repository.pull(number).ok_or_else(not_found)?;
    created(super::pulls::whole(&call, repository, pull))
}

#[derive(Deserialize)]
struct Update {
    state: Option<State>,
    title: Option<String>,
    body: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum State {
    Open,
    Closed,
}

async fn update(mut call: Call) -> Reply {
    let Update { state, title, body } = call.body()?;
    change(&mut call, |pull| {
        pull.closed = state.map_or(pull.closed, |state| state == State::Closed);
        pull.title = title.unwrap_or_else(|| pull.title.clone());
        pull.body = body.or_else(|| pull.body.clone());
    })?;
    let (repository, pull) = (call.repository()?, call.pull()?);
    ok(super::pulls::whole(&call, repository, pull))
}

fn change(call: &mut Call, change: impl FnOnce(&mut Pull)) -> Result<(), Refusal> {
    let (number, now) = (call.number("pull_number")?, call.now());
    call.change(|repository, _| {
        let pull = repository.pulls.iter_mut().find(|pull| pull.number == number);
        let pull = pull.ok_or_else(not_found)?;
        change(pull);
        pull.updated_at = now;
        Ok(())
    })
}

#[derive(Deserialize)]
struct Merge {
    /// What the head has to be.
    sha: Option<String>,
    merge_method: Option<Way>,
    commit_title: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Way {
    Merge,
    Squash,
}

async fn merge(mut call: Call) -> Reply {
    let Merge { sha, merge_method, commit_title } = call.body()?;
    let (repository, pull) = (call.repository()?, call.pull()?);
    let refused = |why: &str| refusal(405, Mark::Documented, why);
    let login = call.login()?.to_owned();
    let rules = repository.protection.get(&pull.base.branch);
    let bound = rules.is_some_and(|rules| rules.admins)
        || call.github().role(repository, &login) < Some(Role::Admin);
    if pull.closed || bound && mergeable_state(&call, repository, pull) == "blocked" {
        return Err(refused("Pull Request is not mergeable"));
    }
    if sha.is_some_and(|sha| sha != pull.head.sha) {
        let why = "Head branch was modified. Review and try the merge again.";
        return Err(refusal(409, Mark::Documented, why));
    }
    let squash = merge_method == Some(Way::Squash);
    let usual = format!("{} (#{})", pull.title, pull.number);
    let new = New {
        author: if squash { &pull.author } else { &login }.clone(),
        committer: WEB.into(),
        message: commit_title.unwrap_or(usual),
        files: BTreeMap::new(),
    };
    let branch = pull.base.branch.clone();
    let base = repository.git.branches.get(&branch).ok_or_else(not_found)?;
    let (git, source) = (&repository.git, &call.asked.sandbox.source);
    let made = push::merge(git, base, &pull.head.sha, new, squash, source);
    let made = made.ok_or_else(|| refused("Pull Request is not mergeable"))?;
    let (sha, at) = (made.sha.clone(), call.now());
    call.push(|repository| {
        repository.git.push(&branch, made);
        Ok(())
    })?;
    change(&mut call, |pull| {
        pull.closed = true;
        pull.merged = Some(Merged { at, by: login, sha: sha.clone() });
    })?;
    ok(json!({ "sha": sha, "merged": true, "message": "Pull Request successfully merged" }))
}
