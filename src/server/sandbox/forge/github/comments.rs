//! Comments on pull requests, which GitHub keeps as those of an issue.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{invalid_field, not_found, refusal};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, no_content, ok};
use crate::server::sandbox::state::github::{Comment, Role};

const READ: Need = Need::read(&["issues", "pull-requests"]);
/// Whoever sees a repository may comment in it.
pub(super) const WRITE: Need = Need::write(&["issues", "pull-requests"], Role::Read);

/// The longest comment, in characters ("body is too long (maximum is 65536 characters)",
/// telia-oss/github-pr-resource#259).
const MAX_BODY: usize = 65_536;

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}/issues/{issue_number}/comments", READ, list)
        .on(On::POST, "/repos/{owner}/{repo}/issues/{issue_number}/comments", WRITE, create)
        .on(On::GET, "/repos/{owner}/{repo}/issues/comments/{comment_id}", READ, get)
        .on(On::PATCH, "/repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, update)
        .on(On::DELETE, "/repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, delete)
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

impl Body {
    fn checked(self) -> Result<String, Refusal> {
        if self.body.trim().is_empty() {
            return Err(invalid_field("IssueComment", "body", "body cannot be blank"));
        }
        if self.body.chars().count() > MAX_BODY {
            let message = "body is too long (maximum is 65536 characters)";
            return Err(invalid_field("IssueComment", "body", message));
        }
        Ok(self.body)
    }
}

/// By which GraphQL knows a comment.
pub(super) fn node_id(comment: &Comment) -> String {
    format!("IC_{}", comment.id)
}

fn shown(call: &Call, comment: &Comment) -> Result<Value, Refusal> {
    let Comment { id, issue, author, body, created_at, updated_at, .. } = comment;
    let (view, repository) = (call.view(), call.repository()?);
    Ok(json!({
        "id": id, "node_id": node_id(comment), "body": body, "user": view.user(author),
        "url": view.at(repository, &format!("/issues/comments/{id}")),
        "html_url": view.page(repository, &format!("/pull/{issue}#issuecomment-{id}")),
        "issue_url": view.at(repository, &format!("/issues/{issue}")),
        "created_at": created_at, "updated_at": updated_at,
        "author_association": view.association(repository, author),
    }))
}

async fn list(call: Call) -> Reply {
    let (repository, issue) = (call.repository()?, call.number("issue_number")?);
    repository.pull(issue).ok_or_else(not_found)?;
    let comments = repository.comments.iter().filter(|comment| comment.issue == issue);
    let comments: Result<Vec<Value>, _> = comments.map(|comment| shown(&call, comment)).collect();
    call.list(comments?)
}

async fn create(mut call: Call) -> Reply {
    let body = call.body::<Body>()?.checked()?;
    let issue = call.number("issue_number")?;
    call.repository()?.pull(issue).ok_or_else(not_found)?;
    let (author, now) = (call.login()?.to_owned(), call.now());
    let comment = call.change(|repository, number| {
        let comment = Comment {
            id: number(),
            issue,
            author,
            body,
            created_at: now.clone(),
            updated_at: now,
            ..Comment::default()
        };
        repository.comments.push(comment.clone());
        Ok(comment)
    })?;
    created(shown(&call, &comment)?)
}

fn find(call: &Call) -> Result<&Comment, Refusal> {
    let id = call.number("comment_id")?;
    let comments = &call.repository()?.comments;
    comments.iter().find(|comment| comment.id == id).ok_or_else(not_found)
}

/// The comment that the path names, if who asks wrote it or may push.
fn own(call: &Call) -> Result<u64, Refusal> {
    let (comment, login) = (find(call)?, call.login()?);
    let role = call.github().role(call.repository()?, login);
    if comment.author == login || call.caller.is_app() || role >= Some(Role::Write) {
        Ok(comment.id)
    } else {
        Err(refusal(403, Mark::Guessed, "Must have admin rights to Repository."))
    }
}

async fn get(call: Call) -> Reply {
    ok(shown(&call, find(&call)?)?)
}

async fn update(mut call: Call) -> Reply {
    let body = call.body::<Body>()?.checked()?;
    let (id, now) = (own(&call)?, call.now());
    let comment = call.change(|repository, _| {
        let comment = repository.comments.iter_mut().find(|comment| comment.id == id);
        let comment = comment.ok_or_else(not_found)?;
        (comment.body, comment.updated_at, comment.edited) = (body, now, true);
        Ok(comment.clone())
    })?;
    ok(shown(&call, &comment)?)
}

async fn delete(mut call: Call) -> Reply {
    let id = own(&call)?;
    call.change(|repository, _| {
        repository.comments.retain(|comment| comment.id != id);
        Ok(())
    })?;
    no_content()
}
