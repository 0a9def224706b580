//! Repositories, their branches, and what somebody may in them.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{not_found, refusal};
use super::view::add;
use super::{Call, Need, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{no_content, ok};
use crate::server::sandbox::state::github::{Protection, Role};

/// Every token may look at those ("Metadata" is given with any other permission).
const METADATA: Need = Need::NOTHING;
const CONTENTS: Need = Need::read(&["contents"]);
const ADMINISTRATION: Need = Need::write(&["administration"], Role::Admin);

pub(super) fn routes() -> Routes {
    const COLLABORATOR: &str = "/repos/{owner}/{repo}/collaborators/{username}";
    Routes::new()
        .on(On::GET, "/repos/{owner}/{repo}", METADATA, repository)
        .on(On::GET, "/repos/{owner}/{repo}/branches/{branch}", CONTENTS, branch)
        .on(
            On::GET,
            "/repos/{owner}/{repo}/branches/{branch}/protection",
            ADMINISTRATION,
            protection,
        )
        .on(
            On::GET,
            "/repos/{owner}/{repo}/collaborators/{username}/permission",
            METADATA,
            permission,
        )
        .on(On::PUT, COLLABORATOR, ADMINISTRATION, invite)
        .on(On::DELETE, COLLABORATOR, ADMINISTRATION, remove)
}

async fn repository(call: Call) -> Reply {
    let repository = call.repository()?;
    let view = call.view();
    let mut shown = view.repository(repository);
    if let Some(login) = call.caller.login().filter(|_| !call.caller.is_app()) {
        let role = call.github().role(repository, login);
        shown["permissions"] = role.map_or(Value::Null, Role::permissions);
    }
    let parent = repository.fork_of.as_ref().and_then(|of| call.github().repositories.get(of));
    if let Some(parent) = parent {
        shown["parent"] = view.repository(parent);
        shown["source"] = view.repository(parent);
    }
    ok(shown)
}

async fn branch(call: Call) -> Reply {
    let (repository, name) = (call.repository()?, call.asked.param("branch"));
    let sha = repository.git.branches.get(name);
    let commit = sha.and_then(|sha| repository.git.commit(sha));
    let commit = commit.ok_or_else(|| refusal(404, Mark::Observed, "Branch not found"))?;
    let url = call.view().at(repository, &format!("/branches/{name}"));
    let page = call.view().page(repository, &format!("/tree/{name}"));
    let rules = repository.protection.get(name);
    ok(json!({
        "name": name, "commit": call.view().commit(repository, commit),
        "_links": { "self": url, "html": page }, "protected": rules.is_some(),
        "protection": {
            "enabled": rules.is_some(),
            "required_status_checks": {
                "enforcement_level": if rules.is_some() { "non_admins" } else { "off" },
                "contexts": rules.map_or(&[][..], |rules| &rules.contexts), "checks": [],
            },
        },
        "protection_url": format!("{url}/protection"),
    }))
}

async fn protection(call: Call) -> Reply {
    let (repository, name) = (call.repository()?, call.asked.param("branch"));
    if !repository.git.branches.contains_key(name) {
        return Err(refusal(404, Mark::Observed, "Branch not found"));
    }
    let rules = repository.protection.get(name);
    let rules = rules.ok_or_else(|| refusal(404, Mark::Observed, "Branch not protected"))?;
    let url = call.view().at(repository, &format!("/branches/{name}/protection"));
    ok(rules_of(rules, &url))
}

fn rules_of(rules: &Protection, url: &str) -> Value {
    let Protection { approvals, dismiss_stale, code_owners, contexts, admins } = rules;
    let check = |context: &String| json!({ "context": context, "app_id": null });
    let mut shown = json!({
        "url": url, "enforce_admins": { "url": format!("{url}/enforce_admins"), "enabled": admins },
        "required_linear_history": { "enabled": false }, "allow_force_pushes": { "enabled": false },
        "allow_deletions": { "enabled": false },
    });
    if *approvals > 0 {
        let reviews = json!({
            "url": format!("{url}/required_pull_request_reviews"),
            "dismiss_stale_reviews": dismiss_stale, "require_code_owner_reviews": code_owners,
            "required_approving_review_count": approvals, "require_last_push_approval": false,
        });
        add(&mut shown, json!({ "required_pull_request_reviews": reviews }));
    }
    if !contexts.is_empty() {
        let checks = json!({
            "url": format!("{url}/required_status_checks"), "strict": false, "contexts": contexts,
            "contexts_url": format!("{url}/required_status_checks/contexts"),
            "checks": contexts.iter().map(check).collect::<Vec<_>>(),
        });
        add(&mut shown, json!({ "required_status_checks": checks }));
    }
    shown
}

async fn permission(call: Call) -> Reply {
    let (repository, login) = (call.repository()?, call.asked.param("username"));
    if !call.github().users.contains_key(login) {
        return Err(not_found());
    }
    let role = call.github().role(repository, login);
    ok(json!({
        "permission": role.map_or("none", Role::permission),
        "role_name": role.map_or(json!("none"), |role| json!(role)),
        "user": call.view().collaborator(login, role),
    }))
}

#[derive(Deserialize)]
struct Invite {
    permission: Option<Permission>,
}

/// The words that GitHub has had for roles ("Add a repository collaborator").
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Permission {
    Pull,
    Triage,
    Push,
    Maintain,
    Admin,
}

/// Lets somebody in. Whoever is invited has come.
async fn invite(mut call: Call) -> Reply {
    let Invite { permission } = call.body()?;
    let login = call.asked.param("username").to_owned();
    call.github().users.get(&login).ok_or_else(not_found)?;
    let role = match permission.unwrap_or(Permission::Push) {
        Permission::Pull => Role::Read,
        Permission::Triage => Role::Triage,
        Permission::Push => Role::Write,
        Permission::Maintain => Role::Maintain,
        Permission::Admin => Role::Admin,
    };
    call.change(|repository, _| {
        repository.collaborators.insert(login, role);
        Ok(())
    })?;
    no_content()
}

async fn remove(mut call: Call) -> Reply {
    let login = call.asked.param("username").to_owned();
    call.change(|repository, _| {
        repository.collaborators.remove(&login);
        Ok(())
    })?;
    no_content()
}
