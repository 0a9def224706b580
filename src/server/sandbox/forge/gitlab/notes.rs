//! Notes on merge requests.

use axum::http::StatusCode;
use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{bad_request, forbidden, not_found};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, no_content, ok, with};
use crate::server::sandbox::state::gitlab::{Level, Note};

const READ: Need = Need::READ.or_job();
const WRITE: Need = Need::write(Level::Reporter);

/// The longest note, in characters ("body is too long (maximum is 1000000 characters)").
const MAX_BODY: usize = 1_000_000;

/// What ends a review that wants something changed ("Quick actions").
const AGAINST: &str = "/submit_review requested_changes";

pub(super) fn routes() -> Routes {
    const ALL: &str = "/projects/{id}/merge_requests/{merge_request_iid}/notes";
    const ONE: &str = "/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}";
    Routes::new()
        .on(On::GET, ALL, READ, list)
        .on(On::POST, ALL, WRITE, create)
        .on(On::GET, ONE, READ, get)
        .on(On::PUT, ONE, WRITE, update)
        .on(On::DELETE, ONE, WRITE, delete)
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

impl Body {
    fn checked(self) -> Result<String, Refusal> {
        if self.body.trim().is_empty() {
            return Err(bad_request("body is empty"));
        }
        if self.body.chars().count() > MAX_BODY {
            return Err(bad_request("body is too long (maximum is 1000000 characters)"));
        }
        Ok(self.body)
    }
}

fn shown(call: &Call, note: &Note) -> Result<Value, Refusal> {
    let Note { id, author, body, created_at, updated_at } = note;
    let (project, request) = (call.project()?, call.merge_request()?);
    Ok(json!({
        "id": id, "type": null, "body": body, "attachment": null,
        "author": call.view().user(author), "created_at": created_at, "updated_at": updated_at,
        "system": false, "noteable_id": request.id, "noteable_type": "MergeRequest",
        "project_id": project.id, "resolvable": false, "confidential": false, "internal": false,
        "imported": false, "noteable_iid": request.iid, "commands_changes": {},
    }))
}

async fn list(call: Call) -> Reply {
    let notes = &call.merge_request()?.notes;
    let shown: Result<Vec<Value>, _> = notes.iter().map(|note| shown(&call, note)).collect();
    let mut shown = shown?;
    // The newest first, unless it is asked for otherwise.
    if call.asked.query.get("sort") != Some("asc") {
        shown.reverse();
    }
    call.list(shown)
}

async fn create(mut call: Call) -> Reply {
    let body = call.body::<Body>()?.checked()?;
    if body.trim() == AGAINST {
        return oppose(call);
    }
    let (author, now) = (call.username()?.to_owned(), call.now());
    let note = call.change_merge_request(|request, number| {
        let note = Note { id: number(), author, body, created_at: now.clone(), updated_at: now };
        request.notes.push(note.clone());
        Ok(note)
    })?;
    created(shown(&call, &note)?)
}

/// Whoever says nothing but a quick action has written no note ("Notes API").
fn oppose(mut call: Call) -> Reply {
    let author = call.username()?.to_owned();
    call.change_merge_request(|request, _| {
        request.approved_by.retain(|one| one.by != author);
        request.reviewers.insert(author.clone());
        request.against.insert(author);
        Ok(())
    })?;
    with(StatusCode::ACCEPTED, json!({ "commands_changes": {}, "summary": [] }))
}

fn find(call: &Call) -> Result<&Note, Refusal> {
    let id = call.asked.number("note_id");
    let found = call.merge_request()?.notes.iter().find(|note| Some(note.id) == id);
    found.ok_or_else(|| not_found("Note"))
}

/// The note that the path names, if who asks wrote it or manages the project.
fn own(call: &Call) -> Result<u64, Refusal> {
    let note = find(call)?;
    let may = note.author == call.username()? || call.level()? >= Some(Level::Maintainer);
    if may { Ok(note.id) } else { Err(forbidden()) }
}

async fn get(call: Call) -> Reply {
    ok(shown(&call, find(&call)?)?)
}

async fn update(mut call: Call) -> Reply {
    let body = call.body::<Body>()?.checked()?;
    let (id, now) = (own(&call)?, call.now());
    let note = call.change_merge_request(|request, _| {
        let note = request.notes.iter_mut().find(|note| note.id == id);
        let note = note.ok_or_else(|| not_found("Note"))?;
        (note.body, note.updated_at) = (body, now);
        Ok(note.clone())
    })?;
    ok(shown(&call, &note)?)
}

async fn delete(mut call: Call) -> Reply {
    let id = own(&call)?;
    call.change_merge_request(|request, _| {
        request.notes.retain(|note| note.id != id);
        Ok(())
    })?;
    no_content()
}
