//! Who asks, how often they still may, and who is in a team.

use std::collections::BTreeSet;

use axum::routing::MethodFilter as On;
use jiff::SignedDuration;
use serde_json::json;

use super::refusals::{not_accessible_by_integration, not_found, requires_authentication};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{no_content, ok};
use crate::server::sandbox::state::github::{Role, User};

/// The membership of teams: a job's `GITHUB_TOKEN` never has this permission.
const MEMBERS: Need = Need::read(&["members"]);

const MANAGE: Need = Need::write(&["members"], Role::Admin);

pub(super) fn routes() -> Routes {
    const MEMBERSHIP: &str = "/orgs/{org}/teams/{team_slug}/memberships/{username}";
    Routes::new()
        .on(On::GET, "/user", Need::NOTHING, me)
        .on(On::GET, "/users/{username}", Need::NOTHING, user)
        .on(On::GET, "/users/{username}/keys", Need::NOTHING, keys)
        .on(On::GET, "/users/{username}/ssh_signing_keys", Need::NOTHING, signing_keys)
        .on(On::GET, "/rate_limit", Need::NOTHING, rate_limit)
        .on(On::GET, "/orgs/{org}/teams/{team_slug}/members", MEMBERS, members)
        .on(On::GET, MEMBERSHIP, MEMBERS, membership)
        .on(On::PUT, MEMBERSHIP, MANAGE, join)
        .on(On::DELETE, MEMBERSHIP, MANAGE, leave)
}

async fn me(call: Call) -> Reply {
    // An App is no user ("Get the authenticated user" is closed to installation tokens).
    if call.caller.is_app() {
        return Err(not_accessible_by_integration());
    }
    ok(call.view().whole_user(call.login()?))
}

async fn user(call: Call) -> Reply {
    let login = call.asked.param("username");
    if !call.github().users.contains_key(login) {
        return Err(not_found());
    }
    ok(call.view().whole_user(login))
}

/// The user whom the path names.
fn named(call: &Call) -> Result<&User, Refusal> {
    call.github().users.get(call.asked.param("username")).ok_or_else(not_found)
}

async fn keys(call: Call) -> Reply {
    let keys = named(&call)?.keys.iter().zip(1_u64..);
    call.list(keys.map(|(key, id)| json!({ "id": id, "key": key })))
}

async fn signing_keys(call: Call) -> Reply {
    let keys = named(&call)?.signing_keys.iter().zip(1_u64..);
    call.list(keys.map(|(key, id)| {
        json!({ "id": id, "key": key, "title": "key", "created_at": "2020-01-01T00:00:00Z" })
    }))
}

async fn rate_limit(call: Call) -> Reply {
    let (sandbox, limits) = (&call.asked.sandbox, call.github().limits);
    let who = call.asked.header("authorization").unwrap_or_default();
    let now = sandbox.source.timestamp();
    let hour = SignedDuration::from_hours(1);
    let count = sandbox.meter.count(format!("github {who}"), 0, limits.requests, hour, now);
    let core = json!({
        "limit": count.limit, "used": count.used, "remaining": count.remaining(),
        "reset": count.ends.as_second(),
    });
    ok(json!({ "resources": { "core": core, "search": core }, "rate": core }))
}

/// The team that the path names, if who asks is a user or an App that may know.
fn team(call: &Call) -> Result<String, Refusal> {
    if call.login().is_err() {
        return Err(requires_authentication());
    }
    let path = format!("{}/{}", call.asked.param("org"), call.asked.param("team_slug"));
    if call.github().teams.contains_key(&path) { Ok(path) } else { Err(not_found()) }
}

async fn members(call: Call) -> Reply {
    let path = team(&call)?;
    let members = call.github().teams[&path].members.iter();
    call.list(members.map(|login| call.view().user(login)))
}

async fn membership(call: Call) -> Reply {
    let (path, login) = (team(&call)?, call.asked.param("username"));
    if !call.github().is_member(&path, login) {
        return Err(not_found());
    }
    let url = call.view().api(&format!("/orgs/{}/memberships/{login}", call.asked.param("org")));
    ok(json!({ "url": url, "role": "member", "state": "active" }))
}

/// Makes somebody a member. Whoever is asked to join has joined. It is for those who administer a
/// repository of the organisation.
async fn join(call: Call) -> Reply {
    change(&call, |members, login| members.insert(login))?;
    membership(Call { state: call.asked.sandbox.state(), ..call }).await
}

async fn leave(call: Call) -> Reply {
    change(&call, |members, login| members.remove(&login))?;
    no_content()
}

fn change(
    call: &Call,
    change: impl FnOnce(&mut BTreeSet<String>, String) -> bool,
) -> Result<(), Refusal> {
    let (path, login) = (team(call)?, call.asked.param("username").to_owned());
    named(call)?;
    let (organisation, who) = (call.asked.param("org"), call.login()?);
    let mut own = call.github().repositories.values().filter(|one| one.owner() == organisation);
    if !own.any(|one| call.github().role(one, who) == Some(Role::Admin)) {
        return Err(not_found());
    }
    call.asked.sandbox.store.change_or(|state| {
        let team = state.github.teams.get_mut(&path).ok_or_else(not_found)?;
        change(&mut team.members, login);
        Ok(())
    })
}
