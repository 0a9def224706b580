//! Reviews of pull requests.

use std::collections::BTreeMap;

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{cannot, not_found};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::github::{GitHub, Pull, Repository, Review, Role};

const READ: Need = Need::read(&["pull-requests"]);
/// Whoever sees a pull request may review it; whether it counts is another matter.
const WRITE: Need = Need::write(&["pull-requests"], Role::Read);
const DISMISS: Need = Need::write(&["pull-requests"], Role::Write);

/// Who a job's `GITHUB_TOKEN` is.
const ACTIONS: &str = "github-actions[bot]";

pub(super) fn routes() -> Routes {
    const REVIEWS: &str = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews";
    Routes::new()
        .on(On::GET, REVIEWS, READ, list)
        .on(On::POST, REVIEWS, WRITE, create)
        .on(On::GET, "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", READ, get)
        .on(
            On::PUT,
            "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
            DISMISS,
            dismiss,
        )
}

/// How many who may push approve, going by the last decision of each.
pub(super) fn approvals(github: &GitHub, repository: &Repository, pull: &Pull) -> usize {
    let mut last = BTreeMap::new();
    for review in &pull.reviews {
        if !matches!(&*review.state, "COMMENTED" | "PENDING") {
            last.insert(&review.author, review.state == "APPROVED");
        }
    }
    let may = |login: &String| github.role(repository, login) >= Some(Role::Write);
    last.into_iter().filter(|(login, approves)| *approves && may(login)).count()
}

#[derive(Deserialize)]
struct Create {
    commit_id: Option<String>,
    body: Option<String>,
    event: Option<Event>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Event {
    Approve,
    RequestChanges,
    Comment,
}

async fn list(call: Call) -> Reply {
    let pull = call.pull()?;
    // One that is not submitted is seen by its author alone.
    let login = call.caller.login();
    let seen = |r: &&Review| r.state != "PENDING" || login == Some(&*r.author);
    let reviews = pull.reviews.iter().filter(seen);
    let reviews: Result<Vec<Value>, _> = reviews.map(|review| shown(&call, review)).collect();
    call.list(reviews?)
}

async fn create(mut call: Call) -> Reply {
    let new: Create = call.body()?;
    let (repository, pull, author) = (call.repository()?, call.pull()?, call.login()?.to_owned());
    let decides = matches!(new.event, Some(Event::Approve | Event::RequestChanges));
    if decides && pull.author == author {
        let what = if new.event == Some(Event::Approve) { "approve" } else { "request changes on" };
        return Err(cannot(&format!("Can not {what} your own pull request")));
    }
    if new.event == Some(Event::Approve) && author == ACTIONS {
        return Err(cannot("GitHub Actions is not permitted to approve pull requests."));
    }
    let body = new.body.unwrap_or_default();
    if body.trim().is_empty() && matches!(new.event, Some(Event::RequestChanges | Event::Comment)) {
        return Err(cannot("Body can't be blank"));
    }
    let commit = new.commit_id.unwrap_or_else(|| pull.head.sha.clone());
    if repository.git.commit(&commit).is_none() {
        return Err(cannot("The commit is no part of the pull request"));
    }
    let state = match new.event {
        Some(Event::Approve) => "APPROVED",
        Some(Event::RequestChanges) => "CHANGES_REQUESTED",
        Some(Event::Comment) => "COMMENTED",
        None => "PENDING",
    };
    let submitted_at = new.event.map(|_| call.now());
    let number_of_pull = pull.number;
    let review = call.change(|repository, number| {
        let pull = repository.pulls.iter_mut().find(|pull| pull.number == number_of_pull);
        let pull = pull.ok_or_else(not_found)?;
        let (id, state) = (number(), state.to_owned());
        pull.reviewers.remove(&author);
        let review = Review { id, author, state, body, commit, submitted_at };
        pull.reviews.push(review.clone());
        Ok(review)
    })?;
    ok(shown(&call, &review)?)
}

async fn get(call: Call) -> Reply {
    let id = call.number("review_id")?;
    let found = call.pull()?.reviews.iter().find(|review| review.id == id);
    ok(shown(&call, found.ok_or_else(not_found)?)?)
}

#[derive(Deserialize)]
struct Dismiss {
    #[serde(rename = "message")]
    _message: String,
}

async fn dismiss(mut call: Call) -> Reply {
    let _: Dismiss = call.body()?;
    let (number, id) = (call.number("pull_number")?, call.number("review_id")?);
    let review = call.change(|repository, _| {
        let pull = repository.pulls.iter_mut().find(|pull| pull.number == number);
        let mut reviews = pull.into_iter().flat_map(|pull| &mut pull.reviews);
        let review = reviews.find(|review| review.id == id).ok_or_else(not_found)?;
        if !matches!(&*review.state, "APPROVED" | "CHANGES_REQUESTED") {
            let state = review.state.to_lowercase();
            return Err(cannot(&format!("Can not dismiss a {state} pull request review")));
        }
        review.state = "DISMISSED".into();
        Ok(review.clone())
    })?;
    ok(shown(&call, &review)?)
}

fn shown(call: &Call, review: &Review) -> Result<Value, Refusal> {
    let Review { id, author, state, body, commit, submitted_at } = review;
    let (view, repository, pull) = (call.view(), call.repository()?, call.pull()?);
    let page = view.page(repository, &format!("/pull/{}#pullrequestreview-{id}", pull.number));
    let url = view.at(repository, &format!("/pulls/{}", pull.number));
    let mut shown = json!({
        "id": id, "node_id": format!("PRR_{id}"), "user": view.user(author), "body": body,
        "state": state, "commit_id": commit, "html_url": page, "pull_request_url": url,
        "author_association": view.association(repository, author),
        "_links": { "html": { "href": page }, "pull_request": { "href": url } },
    });
    if let Some(submitted_at) = submitted_at {
        shown["submitted_at"] = json!(submitted_at);
    }
    Ok(shown)
}
