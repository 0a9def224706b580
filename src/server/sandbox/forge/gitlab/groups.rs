//! Groups and their members. A group is shown to its members, one that is public to everybody: here
//! all are shown.

use axum::routing::MethodFilter as On;

use super::projects::shown_member;
use super::refusals::not_found;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{no_content, ok};
use crate::server::sandbox::state::gitlab::{Group, Level};

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/groups/{group_id}", Need::READ, get)
        .on(On::GET, "/groups/{group_id}/members/all/{user_id}", Need::READ, member)
        .on(On::DELETE, "/groups/{group_id}/members/{user_id}", Need::write(Level::Owner), leave)
}

fn find(call: &Call) -> Result<(&String, &Group), Refusal> {
    call.username()?;
    let id = call.asked.param("group_id");
    let is_it = |(path, group): &(&String, &Group)| *path == id || group.id.to_string() == id;
    call.gitlab().groups.iter().find(is_it).ok_or_else(|| not_found("Group"))
}

async fn get(call: Call) -> Reply {
    ok(call.view().group(find(&call)?.0))
}

fn named(call: &Call) -> Result<&String, Refusal> {
    let found = call.asked.number("user_id").and_then(|id| call.gitlab().user(id));
    found.map(|(name, _)| name).ok_or_else(|| not_found(""))
}

async fn member(call: Call) -> Reply {
    let ((_, group), name) = (find(&call)?, named(&call)?);
    let level = group.members.get(name).ok_or_else(|| not_found(""))?;
    ok(shown_member(&call, name, *level))
}

/// It is for the owners of the group.
async fn leave(call: Call) -> Reply {
    let ((path, group), name) = (find(&call)?, named(&call)?);
    if group.members.get(call.username()?) < Some(&Level::Owner) {
        return Err(super::refusals::forbidden());
    }
    call.asked.sandbox.store.change_or(|state| {
        let group = state.gitlab.groups.get_mut(path);
        let removed = group.and_then(|group| group.members.remove(name));
        removed.map(|_| ()).ok_or_else(|| not_found(""))
    })?;
    no_content()
}
