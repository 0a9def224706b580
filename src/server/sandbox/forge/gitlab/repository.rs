//! The files of a project: to read, and to change, in commits that may take the place of others.

use std::collections::{BTreeMap, BTreeSet};

use axum::routing::MethodFilter as On;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::projects::find;
use super::refusals::{bad_request, cannot, not_found};
use super::{Call, Need, Reply, Routes};
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::forge::push::{self, New};
use crate::server::sandbox::source::hex;
use crate::server::sandbox::state::git::File;
use crate::server::sandbox::state::gitlab::Level;

pub(super) fn routes() -> Routes {
    let read = Need::READ;
    Routes::new()
        .on(On::GET, "/projects/{id}/repository/files/{file_path}", read, file)
        .on(On::GET, "/projects/{id}/repository/tree", read, tree)
        .on(On::POST, "/projects/{id}/repository/commits", Need::write(Level::Developer), commit)
}

/// The hash of something in Git's store.
fn object(kind: &str, content: &[u8]) -> String {
    let head = format!("{kind} {}\0", content.len());
    hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, &[head.as_bytes(), content].concat()).as_ref())
}

/// What stands for a file whose content nobody knows: as it is changed, so it changes.
fn blob(call: &Call, at: &str, file: &File) -> String {
    let known = file.content.as_deref();
    let newest = || {
        let history = call.project().map(|project| project.git.history(at)).unwrap_or_default();
        let by = history.into_iter().rfind(|commit| commit.files.contains(file));
        by.map(|commit| commit.tree.clone()).unwrap_or_default()
    };
    object("blob", known.map_or_else(newest, str::to_owned).as_bytes())
}

async fn file(call: Call) -> Reply {
    let path = call.asked.param("file_path");
    let at = call.asked.query.get("ref").unwrap_or("HEAD");
    let at = if at == "HEAD" { &call.project()?.default_branch } else { at };
    let commit = find(&call, at)?;
    let files = call.project()?.git.files(&commit.sha);
    let file = files.get(path).ok_or_else(|| not_found("File"))?;
    let content = file.content.as_deref().ok_or_else(|| not_found("File"))?;
    ok(json!({
        "file_name": path.rsplit('/').next(), "file_path": path, "size": content.len(),
        "encoding": "base64", "content": STANDARD.encode(content), "ref": at,
        "content_sha256": hex(digest(&ring::digest::SHA256, content.as_bytes()).as_ref()),
        "blob_id": blob(&call, &commit.sha, file), "commit_id": commit.sha,
        "last_commit_id": commit.sha, "execute_filemode": false,
    }))
}

/// The first folder at a commit. Whatever is below another is there as that folder, whose hash is
/// that of all that is in it.
async fn tree(call: Call) -> Reply {
    let at = call.asked.query.get("ref").unwrap_or(&call.project()?.default_branch);
    let commit = find(&call, at)?;
    let mut entries: BTreeMap<&str, Value> = BTreeMap::new();
    let mut folders: BTreeMap<&str, String> = BTreeMap::new();
    for (path, file) in call.project()?.git.files(&commit.sha) {
        let blob = blob(&call, &commit.sha, file);
        match path.split_once('/') {
            Some((folder, _)) => *folders.entry(folder).or_default() += &format!("{path} {blob}\n"),
            None => {
                let shown = json!({
                    "id": blob, "name": path, "type": "blob", "path": path, "mode": "100644",
                });
                entries.insert(path, shown);
            }
        }
    }
    for (name, content) in folders {
        let id = object("tree", content.as_bytes());
        let shown =
            json!({ "id": id, "name": name, "type": "tree", "path": name, "mode": "040000" });
        entries.insert(name, shown);
    }
    call.list(entries.into_values())
}

#[derive(Deserialize)]
struct Create {
    branch: String,
    commit_message: String,
    actions: Vec<Action>,
    start_branch: Option<String>,
    start_sha: Option<String>,
    author_email: Option<String>,
    /// Whether what is on the branch gives way.
    #[serde(default)]
    force: bool,
}

#[derive(Deserialize)]
struct Action {
    action: What,
    file_path: String,
    content: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum What {
    Create,
    Update,
    Delete,
}

async fn commit(mut call: Call) -> Reply {
    let new: Create = call.body()?;
    let git = &call.project()?.git;
    let tip = git.branches.get(&new.branch);
    let start = match (&new.start_sha, &new.start_branch) {
        (Some(name), _) | (None, Some(name)) => Some(find(&call, name)?.sha.clone()),
        (None, None) => None,
    };
    if start.is_some() && tip.is_some() && !new.force {
        let message = format!("A branch called '{}' already exists.", new.branch);
        return Err(cannot(message));
    }
    let parent = start.or(tip.cloned());
    let parent = parent.ok_or_else(|| bad_request("start_branch is missing"))?;
    let there: BTreeSet<String> = git.files(&parent).into_keys().map(str::to_owned).collect();
    let wrong = new
        .actions
        .iter()
        .find(|one| there.contains(&one.file_path) == (one.action == What::Create));
    if let Some(Action { action, .. }) = wrong {
        let message = match action {
            What::Create => "A file with this name already exists",
            What::Update | What::Delete => "A file with this name doesn't exist",
        };
        return Err(cannot(message));
    }
    let me = call.username()?.to_owned();
    let file = |one: Action| {
        let content = one.content.unwrap_or_default();
        (one.file_path, (one.action != What::Delete).then_some(content))
    };
    let made = New {
        author: new.author_email.unwrap_or_else(|| me.clone()),
        committer: me,
        message: new.commit_message,
        files: new.actions.into_iter().map(file).collect(),
    };
    let made = push::commit(git, Some(&parent), made, &call.asked.sandbox.source);
    let sha = made.sha.clone();
    call.push(|project| project.git.push(&new.branch, made))?;
    created(call.view().commit(call.project()?, find(&call, &sha)?))
}
