//! Projects, their commits, branches, members and freezes.

use axum::routing::MethodFilter as On;
use serde_json::{Value, json};

use super::refusals::not_found;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::{no_content, ok};
use crate::server::sandbox::state::git::Commit;
use crate::server::sandbox::state::gitlab::{FreezePeriod, Level, Project};

pub(super) fn routes() -> Routes {
    let read = Need::READ;
    Routes::new()
        .on(On::GET, "/projects/{id}", read, get)
        .on(On::GET, "/projects/{id}/repository/branches/{branch}", read, branch)
        .on(On::GET, "/projects/{id}/repository/commits/{sha}", read, commit)
        .on(On::GET, "/projects/{id}/repository/compare", read, compare)
        .on(On::GET, "/projects/{id}/members/all", read, members)
        .on(On::GET, "/projects/{id}/members/all/{user_id}", read, member)
        .on(On::DELETE, "/projects/{id}/members/{user_id}", Need::write(Level::Maintainer), leave)
        .on(On::GET, "/projects/{id}/freeze_periods", read, freeze_periods)
}

async fn get(call: Call) -> Reply {
    let (project, view) = (call.project()?, call.view());
    let Project { id, path, private, default_branch, created_at, .. } = project;
    let (namespace, page) = (project.namespace(), view.page(path));
    let level = call.username().ok().and_then(|name| call.gitlab().level(project, name));
    let access = level.map(|level| json!({ "access_level": level.number() }));
    let parent = project.fork_of.as_ref().and_then(|of| call.gitlab().projects.get(of));
    let mut shown = json!({
        "id": id, "name": project.name(), "path": project.name(), "path_with_namespace": path,
        "name_with_namespace": path.replace('/', " / "), "description": null,
        "default_branch": default_branch, "visibility": if *private { "private" } else { "public" },
        "web_url": page, "http_url_to_repo": format!("{page}.git"),
        "ssh_url_to_repo": format!("{page}.git"), "readme_url": null, "avatar_url": null,
        "created_at": created_at, "last_activity_at": created_at, "topics": [], "star_count": 0,
        "forks_count": 0, "archived": false, "namespace": {
            "id": call.gitlab().groups.get(namespace).map_or(0, |group| group.id),
            "name": namespace, "path": namespace, "kind": "group", "full_path": namespace,
            "parent_id": null, "avatar_url": null, "web_url": view.page(namespace),
        },
        "permissions": { "project_access": access, "group_access": null },
    });
    if let Some(parent) = parent {
        let page = view.page(&parent.path);
        shown["forked_from_project"] = json!({
            "id": parent.id, "path_with_namespace": parent.path, "web_url": page,
        });
    }
    ok(shown)
}

/// A commit of the project, by whatever name.
pub(super) fn find<'a>(call: &'a Call, name: &str) -> Result<&'a Commit, Refusal> {
    call.project()?.git.resolve(name).ok_or_else(|| not_found("Commit"))
}

async fn commit(call: Call) -> Reply {
    ok(call.view().commit(call.project()?, find(&call, call.asked.param("sha"))?))
}

async fn branch(call: Call) -> Reply {
    let (project, name) = (call.project()?, call.asked.param("branch"));
    let sha = project.git.branches.get(name);
    let commit = sha.and_then(|sha| project.git.commit(sha)).ok_or_else(|| not_found("Branch"))?;
    let protected = project.protected_branches.contains(name);
    let level = call.username().ok().and_then(|name| call.gitlab().level(project, name));
    let needed = if protected { Level::Maintainer } else { Level::Developer };
    ok(json!({
        "name": name, "commit": call.view().commit(project, commit), "merged": false,
        "protected": protected, "default": *name == project.default_branch,
        "developers_can_push": !protected, "developers_can_merge": !protected,
        "can_push": level >= Some(needed),
        "web_url": call.view().of_project(project, &format!("tree/{name}")),
    }))
}

async fn compare(call: Call) -> Reply {
    let (project, query) = (call.project()?, &call.asked.query);
    let side = |name| find(&call, query.get(name).unwrap_or_default());
    let (from, to) = (side("from")?, side("to")?);
    let compared = project.git.compare(&from.sha, &to.sha).ok_or_else(|| not_found("Commit"))?;
    let commits = compared.ahead.iter().map(|commit| call.view().commit(project, commit));
    let diffs = compared.files().into_iter().map(super::merge_requests::diff);
    ok(json!({
        "commit": call.view().commit(project, to), "commits": commits.collect::<Vec<_>>(),
        "diffs": diffs.collect::<Vec<_>>(), "compare_timeout": false,
        "compare_same_ref": from.sha == to.sha,
        "web_url": call.view().of_project(project, &format!("compare/{}...{}", from.sha, to.sha)),
    }))
}

pub(super) fn shown_member(call: &Call, username: &str, level: Level) -> Value {
    let mut shown = call.view().dated_user(username);
    shown["access_level"] = json!(level.number());
    shown["expires_at"] = Value::Null;
    shown["membership_state"] = json!("active");
    shown
}

async fn members(call: Call) -> Reply {
    let project = call.project()?;
    let names = call.gitlab().users.keys();
    let all = names.filter_map(|name| Some((name, call.gitlab().level(project, name)?)));
    call.list(all.map(|(name, level)| shown_member(&call, name, level)))
}

async fn member(call: Call) -> Reply {
    let (project, id) = (call.project()?, call.asked.number("user_id"));
    let found = id.and_then(|id| call.gitlab().user(id));
    let level = found.and_then(|(name, _)| Some((name, call.gitlab().level(project, name)?)));
    let (name, level) = level.ok_or_else(|| not_found(""))?;
    ok(shown_member(&call, name, level))
}

/// Takes somebody from the members of the project. Those of its groups stay.
async fn leave(mut call: Call) -> Reply {
    let found = call.asked.number("user_id").and_then(|id| call.gitlab().user(id));
    let name = found.map(|(name, _)| name.clone()).ok_or_else(|| not_found(""))?;
    call.change(|project, _| {
        project.members.remove(&name).map(|_| ()).ok_or_else(|| not_found(""))
    })?;
    no_content()
}

async fn freeze_periods(call: Call) -> Reply {
    let created_at = &call.project()?.created_at;
    let shown = |period: &FreezePeriod| {
        json!({
            "id": period.id, "freeze_start": period.start, "freeze_end": period.end,
            "cron_timezone": period.timezone, "created_at": created_at, "updated_at": created_at,
        })
    };
    call.list(call.project()?.freeze_periods.iter().map(shown))
}
