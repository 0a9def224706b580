//! Environments and what protects them.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::deployments;
use super::refusals::not_found;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::gitlab::{Approvals, Environment, Level, Protection, Who};

const READ: Need = Need::READ.or_job();
const WRITE: Need = Need::write(Level::Developer).or_job();
/// Who looks at what protects an environment has to manage the project ("Protected environments
/// API").
const READ_PROTECTION: Need = Need::read_as(Level::Maintainer);

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/projects/{id}/environments", READ, list)
        .on(On::GET, "/projects/{id}/environments/{environment_id}", READ, get)
        .on(On::PUT, "/projects/{id}/environments/{environment_id}", WRITE, update)
        .on(On::GET, "/projects/{id}/protected_environments", READ_PROTECTION, protected)
        .on(On::GET, "/projects/{id}/protected_environments/{name}", READ_PROTECTION, one_protected)
}

/// An environment without its deployments.
pub(super) fn shown(call: &Call, name: &str, environment: &Environment) -> Result<Value, Refusal> {
    let Environment { id, created_at, tier, external_url, .. } = environment;
    let slug: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let project = call.project()?;
    let logs = format!("/{}/-/environments/{id}/logs.json", project.path);
    Ok(json!({
        "id": id, "name": name, "slug": slug.to_lowercase(), "external_url": external_url,
        "created_at": created_at, "updated_at": created_at, "tier": tier, "state": "available",
        "description": null, "auto_stop_at": null, "auto_stop_setting": "always",
        "kubernetes_namespace": null, "flux_resource_path": null,
        "enable_advanced_logs_querying": false, "logs_api_path": logs,
    }))
}

async fn list(call: Call) -> Reply {
    let wanted = call.asked.query.get("name");
    let all = call.project()?.environments.iter();
    let all = all.filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
    let shown: Result<Vec<Value>, _> = all.map(|(name, one)| shown(&call, name, one)).collect();
    call.list(shown?)
}

fn find(call: &Call) -> Result<(&str, &Environment), Refusal> {
    let id = call.asked.number("environment_id");
    let mut all = call.project()?.environments.iter();
    let found = all.find(|(_, one)| Some(one.id) == id);
    found.map(|(name, one)| (name.as_str(), one)).ok_or_else(|| not_found("Environment"))
}

#[derive(Deserialize)]
struct Update {
    external_url: Option<String>,
}

async fn update(mut call: Call) -> Reply {
    let Update { external_url } = call.body()?;
    let name = find(&call)?.0.to_owned();
    call.change(|project, _| {
        let found = project.environments.get_mut(&name);
        let environment = found.ok_or_else(|| not_found("Environment"))?;
        if let Some(url) = external_url {
            environment.external_url = url;
        }
        Ok(())
    })?;
    let (name, environment) = find(&call)?;
    ok(shown(&call, name, environment)?)
}

async fn get(call: Call) -> Reply {
    let (name, environment) = find(&call)?;
    let project = call.project()?;
    let last = project.deployments.iter().rev().find(|one| one.environment == name);
    let mut shown = shown(&call, name, environment)?;
    shown["last_deployment"] = match last {
        Some(deployment) => deployments::shown(&call, deployment)?,
        None => Value::Null,
    };
    ok(shown)
}

/// Whom a rule names.
pub(super) fn who(call: &Call, who: &Who) -> Value {
    let gitlab = call.gitlab();
    let id_of_user = |name: &str| gitlab.users.get(name).map(|user| user.id);
    let id_of_group = |path: &str| gitlab.groups.get(path).map(|group| group.id);
    let (user, group, level, said) = match who {
        Who::User(name) => (id_of_user(name), None, None, name.clone()),
        Who::Group(path) => (None, id_of_group(path), None, path.clone()),
        Who::Level(level) => (None, None, Some(level.number()), level.description().to_owned()),
    };
    json!({
        "user_id": user, "group_id": group, "access_level": level,
        "access_level_description": said, "group_inheritance_type": 0,
    })
}

fn shown_protection(call: &Call, name: &str, protection: &Protection) -> Value {
    let deployers = protection.deployers.iter().enumerate().map(|(place, one)| {
        let mut shown = who(call, one);
        shown["id"] = json!(place + 1);
        shown
    });
    let rule = |rule: &Approvals| {
        let mut shown = who(call, &rule.of);
        shown["id"] = json!(rule.id);
        shown["required_approvals"] = json!(rule.required);
        shown
    };
    json!({
        "name": name, "deploy_access_levels": deployers.collect::<Vec<_>>(),
        "required_approval_count": 0,
        "approval_rules": protection.approvals.iter().map(rule).collect::<Vec<_>>(),
    })
}

async fn protected(call: Call) -> Reply {
    let all = call.project()?.environments.iter();
    let all = all.filter_map(|(name, one)| Some((name, one.protection.as_ref()?)));
    call.list(all.map(|(name, protection)| shown_protection(&call, name, protection)))
}

async fn one_protected(call: Call) -> Reply {
    let name = call.asked.param("name");
    let found = call.project()?.environments.get(name);
    let protection = found.and_then(|environment| environment.protection.as_ref());
    ok(shown_protection(&call, name, protection.ok_or_else(|| not_found(""))?))
}
