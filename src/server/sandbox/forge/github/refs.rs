//! Branches as Git's references: to make one, and to move it, also by force.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::contents::WRITE;
use super::refusals::{not_found, refusal};
use super::{Call, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, ok};

pub(super) fn routes() -> Routes {
    Routes::new().on(On::POST, "/repos/{owner}/{repo}/git/refs", WRITE, create).on(
        On::PATCH,
        "/repos/{owner}/{repo}/git/refs/heads/{*branch}",
        WRITE,
        update,
    )
}

fn shown(call: &Call, branch: &str, sha: &str) -> Result<Value, Refusal> {
    let (view, repository) = (call.view(), call.repository()?);
    let object = json!({ "type": "commit", "sha": sha, "url": view.at(repository, &format!("/git/commits/{sha}")) });
    Ok(json!({
        "ref": format!("refs/heads/{branch}"), "node_id": format!("REF_{branch}"),
        "url": view.at(repository, &format!("/git/refs/heads/{branch}")), "object": object,
    }))
}

#[derive(Deserialize)]
struct Create {
    #[serde(rename = "ref")]
    name: String,
    sha: String,
}

async fn create(mut call: Call) -> Reply {
    let Create { name, sha } = call.body()?;
    let branch = name.strip_prefix("refs/heads/").filter(|branch| !branch.is_empty());
    let refused = |why: &str| refusal(422, Mark::Documented, why);
    let branch = branch.ok_or_else(|| refused("Reference name must begin with refs/heads/"))?;
    let git = &call.repository()?.git;
    if git.branches.contains_key(branch) {
        return Err(refused("Reference already exists"));
    }
    git.commit(&sha).ok_or_else(|| refused("Object does not exist"))?;
    point(&mut call, branch, &sha)?;
    created(shown(&call, branch, &sha)?)
}

#[derive(Deserialize)]
struct Update {
    sha: String,
    #[serde(default)]
    force: bool,
}

async fn update(mut call: Call) -> Reply {
    let Update { sha, force } = call.body()?;
    let branch = call.asked.param("branch").to_owned();
    let git = &call.repository()?.git;
    let before = git.branches.get(&branch).ok_or_else(not_found)?;
    let refused = |why: &str| refusal(422, Mark::Documented, why);
    git.commit(&sha).ok_or_else(|| refused("Object does not exist"))?;
    let forward = git.history(&sha).iter().any(|commit| commit.sha == *before);
    if !forward && !force {
        return Err(refused("Update is not a fast forward"));
    }
    point(&mut call, &branch, &sha)?;
    ok(shown(&call, &branch, &sha)?)
}

fn point(call: &mut Call, branch: &str, sha: &str) -> Result<(), Refusal> {
    call.push(|repository| {
        repository.git.branches.insert(branch.to_owned(), sha.to_owned());
        Ok(())
    })
}
