//! What the journal says of decisions: what was let through, and what nobody has looked at yet.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::GateError;
use super::case::{Case, Judgement};
use crate::core::gate::{Approval, Choice, ClaimKind, Decision, Person, REVIEW_DUE};
use crate::core::model::deployment::State;
use crate::core::model::gate::{Counted, Decided};
use crate::core::model::journal::Action;
use crate::world::store::{DeploymentFilter, EntryFilter, Store, StoreError, event};

/// The deployments of a plan that have begun since a time, and are not unfinished: the id and the
/// beginning of each. One that was left unfinished is gone on with under the same approvals.
pub(super) async fn used(
    store: &Store,
    (account, environment): (&str, &str),
    hash: &str,
    since: Timestamp,
) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let filter = DeploymentFilter {
        account: Some(account.to_owned()),
        environment: Some(environment.to_owned()),
        since: Some(since),
        ..DeploymentFilter::default()
    };
    let of_plan = store.deployments(&filter).await?.into_iter().filter(|one| {
        one.cause.plan.as_deref() == Some(hash)
            && !matches!(one.state, State::Running | State::Unknown)
    });
    Ok(of_plan.map(|one| (one.id, one.started_at)).collect())
}

/// The deployment that an approval has let through: one that began after it was given.
pub(super) fn used_by(approval: &Approval, used: &[(String, Timestamp)]) -> Option<String> {
    if approval.choice == Choice::Reject {
        return None;
    }
    let later = used.iter().find(|(_, began)| approval.at <= *began);
    later.map(|(id, _)| id.clone())
}

/// How many deployments in an emergency nobody has looked at in time. Where the policy does not
/// want to know, nobody counts.
pub(super) async fn overdue(
    store: &Store,
    (account, environment): (&str, &str),
    counts: bool,
    now: Timestamp,
) -> Result<usize, GateError> {
    if !counts {
        return Ok(0);
    }
    let entries = async |action| {
        let filter = EntryFilter { action: Some(action), ..EntryFilter::default() };
        store.entries(&filter).await
    };
    let reviewed = entries(Action::EmergencyReviewed).await?;
    let reviewed: BTreeSet<String> =
        reviewed.into_iter().filter_map(|entry| entry.event.deployment).collect();
    let due = now.checked_sub(REVIEW_DUE).unwrap_or(now);
    let decided = entries(Action::GateDecided).await?.into_iter().filter(|entry| {
        let event = &entry.event;
        let claim = event.details.get("claim").and_then(Value::as_str);
        (&*event.account, &*event.environment) == (account, environment)
            && claim == Some(word(ClaimKind::Emergency))
            && entry.at < due
            && event.deployment.as_ref().is_some_and(|id| !reviewed.contains(id))
    });
    Ok(decided.count())
}

/// The forge of a person, and the number there.
fn number(person: &Person) -> String {
    format!("{}/{}", person.issuer, person.id)
}

fn word(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Emergency => "emergency",
        ClaimKind::Override => "override",
    }
}

/// Writes down what was decided by the policy of a digest: of a deployment that it let through, or of
/// none.
pub(super) async fn write(
    case: &Case<'_>,
    judgement: &Judgement,
    policy: String,
    deployment: Option<&str>,
) -> Result<(), StoreError> {
    let judged = &judgement.judged;
    let (decision, denied) = match &judged.verdict.decision {
        Decision::Open => ("open", None),
        Decision::Waiting(_) => ("waiting", None),
        Decision::Denied(why) => ("denied", Some(why.clone())),
    };
    let given = judged.verdict.met.iter().flat_map(|met| &met.given);
    let claim = judged.verdict.claim.as_ref();
    let decided = Decided {
        hash: judged.hash.clone(),
        decision: decision.to_owned(),
        policy,
        approvals: given
            .map(|approval| Counted {
                person: number(&approval.person),
                login: approval.person.login.clone(),
                method: approval.method.as_str().to_owned(),
                at: approval.at,
            })
            .collect(),
        released: judgement.released.clone(),
        claim: claim.map(|claim| word(claim.kind).to_owned()),
        claimed_by: claim.map(|claim| number(&claim.person)),
        reason: denied.or_else(|| claim.map(|claim| claim.reason.clone())),
        incident: claim.and_then(|claim| claim.incident.clone()),
    };
    let place = (case.account, judged.environment.as_str());
    let mut event = event(Action::GateDecided, case.actor, place, &decided);
    event.deployment = deployment.map(str::to_owned);
    case.store.append(&event).await.map(|_| ())
}
