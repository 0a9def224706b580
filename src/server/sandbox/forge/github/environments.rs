//! Environments and what protects them.

use axum::routing::MethodFilter as On;
use serde_json::{Value, json};

use super::refusals::not_found;
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::github::{Branches, Environment, Reviewer};

const READ: Need = Need::read(&["actions"]);

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}/environments", READ, list)
        .on(On::GET, "/repos/{owner}/{repo}/environments/{environment_name}", READ, get)
        .on(
            On::GET,
            "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
            READ,
            branch_policies,
        )
}

async fn list(call: Call) -> Reply {
    let environments = call.repository()?.environments.iter();
    let shown: Result<Vec<Value>, _> =
        environments.map(|(name, environment)| shown(&call, name, environment)).collect();
    call.counted("environments", shown?)
}

fn find(call: &Call) -> Result<(&str, &Environment), Refusal> {
    let name = call.asked.param("environment_name");
    let found = call.repository()?.environments.get(name).ok_or_else(not_found)?;
    Ok((name, found))
}

async fn get(call: Call) -> Reply {
    let (name, environment) = find(&call)?;
    ok(shown(&call, name, environment)?)
}

/// The addresses of an environment, which runs that wait show as well.
pub(super) fn short(call: &Call, name: &str, environment: &Environment) -> Result<Value, Refusal> {
    let (view, repository) = (call.view(), call.repository()?);
    let Environment { id, .. } = environment;
    Ok(json!({
        "id": id, "node_id": format!("EN_{id}"), "name": name,
        "url": view.at(repository, &format!("/environments/{name}")),
        "html_url": view.page(repository, &format!("/deployments/{name}")),
    }))
}

/// One who may approve.
pub(super) fn reviewer(call: &Call, reviewer: &Reviewer) -> Value {
    match reviewer {
        Reviewer::User(login) => json!({ "type": "User", "reviewer": call.view().user(login) }),
        Reviewer::Team(path) => json!({ "type": "Team", "reviewer": call.view().team(path) }),
    }
}

fn shown(call: &Call, name: &str, environment: &Environment) -> Result<Value, Refusal> {
    let Environment {
        id, created_at, wait_timer, reviewers, prevent_self_review, branches, ..
    } = environment;
    // GitHub numbers the rules; ours have the environment's number and their place.
    let rule = |place: u64, kind: &str| {
        let id = id * 10 + place;
        json!({ "id": id, "node_id": format!("GA_{id}"), "type": kind })
    };
    let mut rules = Vec::new();
    if *wait_timer > 0 {
        let mut timer = rule(1, "wait_timer");
        timer["wait_timer"] = json!(wait_timer);
        rules.push(timer);
    }
    if !reviewers.is_empty() {
        let mut required = rule(2, "required_reviewers");
        required["prevent_self_review"] = json!(prevent_self_review);
        required["reviewers"] = reviewers.iter().map(|one| reviewer(call, one)).collect();
        rules.push(required);
    }
    let policy = branches.as_ref().map(|branches| {
        let protected = matches!(branches, Branches::Protected);
        json!({ "protected_branches": protected, "custom_branch_policies": !protected })
    });
    if policy.is_some() {
        rules.push(rule(3, "branch_policy"));
    }
    let mut shown = short(call, name, environment)?;
    shown["created_at"] = json!(created_at);
    shown["updated_at"] = json!(created_at);
    shown["can_admins_bypass"] = json!(!environment.binds_admins);
    shown["protection_rules"] = json!(rules);
    shown["deployment_branch_policy"] = json!(policy);
    Ok(shown)
}

async fn branch_policies(call: Call) -> Reply {
    let (_, environment) = find(&call)?;
    let Some(Branches::Custom(patterns)) = &environment.branches else { return Err(not_found()) };
    let shown = |(place, pattern): (usize, &String)| {
        let id = environment.id * 100 + place as u64;
        json!({ "id": id, "node_id": format!("GP_{id}"), "name": pattern, "type": "branch" })
    };
    call.counted("branch_policies", patterns.iter().enumerate().map(shown))
}
