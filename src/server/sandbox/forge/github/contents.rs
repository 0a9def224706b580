//! Files of a repository: to read, and to change, each time in a commit of its own.

use std::collections::BTreeMap;

use axum::routing::MethodFilter as On;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{invalid_request, not_found};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::forge::push::{self, New};
use crate::server::sandbox::state::github::{Repository, Role};

const READ: Need = Need::read(&["contents"]);
pub(super) const WRITE: Need = Need::write(&["contents"], Role::Write);

pub(super) fn routes() -> Routes {
    const ONE: &str = "/repos/{owner}/{repo}/contents/{*path}";
    Routes::new().on(On::GET, ONE, READ, get).on(On::PUT, ONE, WRITE, put)
}

/// A file as it is shown, with what is in it: GitHub breaks its lines after 60 characters.
fn shown(call: &Call, at: &str, path: &str, content: &str) -> Result<Value, Refusal> {
    let (view, repository) = (call.view(), call.repository()?);
    let encoded = STANDARD.encode(content);
    let lines = encoded.as_bytes().chunks(60).map(String::from_utf8_lossy);
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    let url = view.at(repository, &format!("/contents/{path}?ref={at}"));
    let page = view.page(repository, &format!("/blob/{at}/{path}"));
    let git = view.at(repository, &format!("/git/blobs/{at}"));
    Ok(json!({
        "type": "file", "name": path.rsplit('/').next(), "path": path, "sha": at,
        "size": content.len(), "encoding": "base64", "content": lines, "url": url,
        "html_url": page, "git_url": git, "download_url": page,
        "_links": { "self": url, "html": page, "git": git },
    }))
}

async fn get(call: Call) -> Reply {
    let (repository, path) = (call.repository()?, call.asked.param("path"));
    let at = call.asked.query.get("ref").unwrap_or(&repository.default_branch);
    let commit = repository.git.resolve(at).ok_or_else(not_found)?;
    let files = repository.git.files(&commit.sha);
    let content = files.get(path).and_then(|file| file.content.as_deref());
    ok(shown(&call, &commit.sha, path, content.ok_or_else(not_found)?)?)
}

#[derive(Deserialize)]
struct Put {
    message: String,
    /// In base64.
    content: String,
    branch: Option<String>,
    author: Option<Signature>,
    committer: Option<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    #[serde(rename = "name")]
    _name: String,
    email: String,
}

async fn put(mut call: Call) -> Reply {
    let Put { message, content, branch, author, committer } = call.body()?;
    let path = call.asked.param("path").to_owned();
    let content = STANDARD.decode(content).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let content = content.ok_or_else(|| invalid_request("content is not valid Base64"))?;
    let repository = call.repository()?;
    let branch = branch.unwrap_or_else(|| repository.default_branch.clone());
    let before = repository.git.branches.get(&branch).cloned().ok_or_else(not_found)?;
    let me = call.login()?.to_owned();
    let name = |signature: Option<Signature>| signature.map_or_else(|| me.clone(), |s| s.email);
    let files = BTreeMap::from([(path.clone(), Some(content.clone()))]);
    let new = New { author: name(author), committer: name(committer), message, files };
    let commit = push::commit(&repository.git, Some(&before), new, &call.asked.sandbox.source);
    let sha = commit.sha.clone();
    call.push(|repository: &mut Repository| {
        repository.git.push(&branch, commit);
        Ok(())
    })?;
    let commit = call.view().commit(call.repository()?, call.commit(&sha)?);
    created(json!({ "content": shown(&call, &sha, &path, &content)?, "commit": commit }))
}
