//! Who asks, how often they still may, and who is in a team.

use axum::routing::MethodFilter as On;
use jiff::SignedDuration;
use serde_json::json;

use super::refusals::{not_accessible_by_integration, not_found, requires_authentication};
use super::{Call, Need, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;

/// The membership of teams: a job's `GITHUB_TOKEN` never has this permission.
const MEMBERS: Need = Need::read(&["members"]);

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/user", Need::NOTHING, me)
        .on(On::GET, "/users/{username}", Need::NOTHING, user)
        .on(On::GET, "/rate_limit", Need::NOTHING, rate_limit)
        .on(On::GET, "/orgs/{org}/teams/{team_slug}/members", MEMBERS, members)
        .on(On::GET, "/orgs/{org}/teams/{team_slug}/memberships/{username}", MEMBERS, membership)
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
fn team(call: &Call) -> Result<String, super::Refusal> {
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
