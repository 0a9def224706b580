//! Claims beyond an approval: an emergency, or an exception from the times.

use super::GateError;
use super::case::Plea;
use super::people::{groups, person};
use super::reach::{Reach, about};
use crate::core::gate::{Claim, ClaimKind, Policy, Principal};
use crate::world::forge::Evidence;
use crate::world::forge::evidence::Account;

/// A claim of the person whom the forge names: who started the run, or whose the token is.
pub(super) async fn of(
    plea: &Plea,
    reach: &Reach<'_>,
    policy: &Policy,
) -> Result<Claim, GateError> {
    let forge = reach.forge();
    let evidence = forge.evidence().ok_or(GateError::Silent(reach.kind()))?;
    let who = who(plea.kind, reach, evidence).await?;
    let principals: Vec<Principal> = policy
        .all()
        .flat_map(|policy| match plea.kind {
            ClaimKind::Emergency => &policy.emergencies.any_of,
            ClaimKind::Override => &policy.overriders,
        })
        .cloned()
        .collect();
    let groups = groups(evidence, &who.login, &principals).await?;
    Ok(Claim {
        kind: plea.kind,
        person: person(reach.issuer(), &who, groups),
        reason: plea.reason.clone(),
        incident: plea.incident.clone(),
    })
}

async fn who(
    kind: ClaimKind,
    reach: &Reach<'_>,
    evidence: &dyn Evidence,
) -> Result<Account, GateError> {
    let Some(run) = &reach.run else {
        return evidence.user().await.map_err(about("who asks"));
    };
    let run = evidence.run(run).await.map_err(about("who started the run"))?;
    run.triggering_actor.or(run.actor).ok_or(GateError::Nameless(match kind {
        ClaimKind::Emergency => "an emergency",
        ClaimKind::Override => "an exception",
    }))
}
