//! Approvals of merge requests, and the rules that ask for them.

use axum::routing::MethodFilter as On;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusals::{refusal, unauthorized};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::answer::{created, ok};
use crate::server::sandbox::state::gitlab::{ApprovalRule, Approved, Level, MergeRequest, Project};

const WRITE: Need = Need::write(Level::Reporter);

pub(super) fn routes() -> Routes {
    const REQUEST: &str = "/projects/{id}/merge_requests/{merge_request_iid}/approvals";
    const STATE: &str = "/projects/{id}/merge_requests/{merge_request_iid}/approval_state";
    const RULES: &str = "/projects/{id}/merge_requests/{merge_request_iid}/approval_rules";
    const APPROVE: &str = "/projects/{id}/merge_requests/{merge_request_iid}/approve";
    const UNAPPROVE: &str = "/projects/{id}/merge_requests/{merge_request_iid}/unapprove";
    Routes::new()
        .on(On::GET, REQUEST, Need::READ, get)
        .on(On::GET, STATE, Need::READ, state)
        .on(On::GET, RULES, Need::READ, rules)
        .on(On::GET, "/projects/{id}/approval_rules", Need::READ, project_rules)
        .on(On::POST, APPROVE, WRITE, approve)
        .on(On::POST, UNAPPROVE, WRITE, unapprove)
}

/// Those of a merge request's approvers whom a rule counts.
fn counted<'a>(
    call: &'a Call,
    project: &'a Project,
    rule: &'a ApprovalRule,
    request: &'a MergeRequest,
) -> Vec<&'a str> {
    let eligible = call.gitlab().eligible(rule, project);
    eligible.filter(|name| request.is_approved_by(name)).collect()
}

/// How many approvals a merge request still needs.
pub(super) fn left(call: &Call, project: &Project, request: &MergeRequest) -> usize {
    let left = |rule: &ApprovalRule| {
        rule.required.saturating_sub(counted(call, project, rule, request).len())
    };
    project.approval_rules.iter().map(left).sum()
}

async fn get(call: Call) -> Reply {
    ok(shown(&call)?)
}

fn shown(call: &Call) -> Result<Value, Refusal> {
    let (project, request) = (call.project()?, call.merge_request()?);
    let required: usize = project.approval_rules.iter().map(|rule| rule.required).sum();
    let missing = left(call, project, request);
    let approved =
        |one: &Approved| json!({ "user": call.view().user(&one.by), "approved_at": one.at });
    let mine = call.username().ok();
    let has = mine.is_some_and(|name| request.is_approved_by(name));
    Ok(json!({
        "id": request.id, "iid": request.iid, "project_id": project.id, "title": request.title,
        "description": request.description.as_deref().unwrap_or_default(), "state": request.state,
        "created_at": request.created_at, "updated_at": request.updated_at,
        "merge_status": "can_be_merged", "approved": missing == 0,
        "approvals_required": required, "approvals_left": missing,
        "approved_by": request.approved_by.iter().map(approved).collect::<Vec<_>>(),
        "user_has_approved": has, "user_can_approve": !has && may(call, project, request),
    }))
}

fn shown_rule(call: &Call, project: &Project, rule: &ApprovalRule) -> Value {
    let ApprovalRule { id, name, required, users, groups } = rule;
    let view = call.view();
    let anyone = users.is_empty() && groups.is_empty();
    json!({
        "id": id, "name": name, "rule_type": if anyone { "any_approver" } else { "regular" },
        "approvals_required": required, "contains_hidden_groups": false, "overridden": false,
        "users": users.iter().map(|name| view.user(name)).collect::<Vec<_>>(),
        "groups": groups.iter().map(|path| view.group(path)).collect::<Vec<_>>(),
        "eligible_approvers":
            call.gitlab().eligible(rule, project).map(|name| view.user(name)).collect::<Vec<_>>(),
    })
}

async fn state(call: Call) -> Reply {
    let (project, request) = (call.project()?, call.merge_request()?);
    let shown = |rule: &ApprovalRule| {
        let counted = counted(&call, project, rule, request);
        let mut shown = shown_rule(&call, project, rule);
        shown["approved"] = json!(counted.len() >= rule.required);
        shown["approved_by"] = counted.iter().map(|name| call.view().user(name)).collect();
        shown
    };
    let rules: Vec<Value> = project.approval_rules.iter().map(shown).collect();
    ok(json!({ "approval_rules_overwritten": false, "rules": rules }))
}

async fn rules(call: Call) -> Reply {
    call.merge_request()?;
    all_rules(&call)
}

async fn project_rules(call: Call) -> Reply {
    all_rules(&call)
}

fn all_rules(call: &Call) -> Reply {
    let project = call.project()?;
    call.list(project.approval_rules.iter().map(|rule| shown_rule(call, project, rule)))
}

/// Whether who asks may approve: not one's own, and not without pushing.
fn may(call: &Call, project: &Project, request: &MergeRequest) -> bool {
    call.username().is_ok_and(|name| {
        let named = |rule: &ApprovalRule| call.gitlab().eligible(rule, project).any(|n| n == name);
        request.author != name
            && (call.gitlab().level(project, name) >= Some(Level::Developer)
                || project.approval_rules.iter().any(named))
    })
}

#[derive(Deserialize)]
struct Approve {
    sha: Option<String>,
}

async fn approve(mut call: Call) -> Reply {
    let Approve { sha } = call.body()?;
    let (project, request) = (call.project()?, call.merge_request()?);
    let name = call.username()?.to_owned();
    // "unauthorized! unless merge_request.eligible_for_approval_by?" (gitlab, lib/api).
    if !may(&call, project, request) || request.is_approved_by(&name) {
        return Err(unauthorized());
    }
    if sha.is_some_and(|sha| sha != request.sha) {
        let message = format!("SHA does not match HEAD of source branch: {}", request.sha);
        return Err(refusal(409, Mark::Documented, message));
    }
    let at = call.now();
    call.change_merge_request(|request, _| {
        request.against.remove(&name);
        request.approved_by.push(Approved { by: name, at });
        Ok(())
    })?;
    created(shown(&call)?)
}

async fn unapprove(mut call: Call) -> Reply {
    let name = call.username()?.to_owned();
    if !call.merge_request()?.is_approved_by(&name) {
        return Err(super::refusals::not_found(""));
    }
    call.change_merge_request(|request, _| {
        request.approved_by.retain(|one| one.by != name);
        Ok(())
    })?;
    created(shown(&call)?)
}
