//! The story of a change: on which pull request it is told, and what other runs delivered of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Means, Telling};
use crate::core::model::context::CiContext;
use crate::core::model::deployment::{Deployment, Kind, State};
use crate::core::model::{Delivery, DeliveryReport};
use crate::flow::destination::destination;
use crate::world::forge;
use crate::world::http::block_on;
use crate::world::store::{DeploymentFilter, Store, StoreError};

/// The pull request that became the commit of this run. None where there is none, or the forge does
/// not tell, which is noted.
pub(super) fn pull_request(
    context: &CiContext,
    telling: &Telling,
    means: &Means<'_>,
    notes: &mut Vec<String>,
) -> Option<u64> {
    let to = destination(context, &telling.key, telling.started_at).ok()?;
    let credential = (means.credential)(to.forge)?;
    let forge = forge::open(means.http, &to, &credential);
    let evidence = forge.evidence()?;
    let found = block_on(evidence.merged_as(&to.head_sha)).ok()?;
    found.unwrap_or_else(|error| {
        notes.push(format!("no comment tells of it: {error}; fix: {}", error.hint()));
        None
    })
}

/// What the record says of a commit in other environments than those that this run deploys.
pub(super) async fn others(
    store: &Store,
    commit: &str,
    due: &[String],
) -> Result<Vec<DeliveryReport>, StoreError> {
    let filter =
        DeploymentFilter { commit: Some(commit.to_owned()), ..DeploymentFilter::default() };
    let mut seen: BTreeSet<String> = due.iter().cloned().collect();
    let mut found = Vec::new();
    // The newest come first.
    for deployment in store.deployments(&filter).await? {
        if deployment.cause.kind == Kind::Deploy && seen.insert(deployment.environment.clone()) {
            found.push(told(deployment));
        }
    }
    found.reverse();
    Ok(found)
}

/// The deployment that brought a commit live in an environment, and when, if nothing came after it.
pub(super) async fn live(
    store: &Store,
    commit: &str,
    environment: &str,
) -> Result<Option<(String, Timestamp)>, StoreError> {
    let filter = DeploymentFilter {
        environment: Some(environment.to_owned()),
        limit: Some(1),
        ..DeploymentFilter::default()
    };
    let newest = store.deployments(&filter).await?.pop();
    let ours = newest.filter(|one| {
        one.cause.kind == Kind::Deploy
            && one.state == State::Succeeded
            && one.cause.commit.as_deref() == Some(commit)
    });
    Ok(ours.map(|one| (one.id, one.finished_at.unwrap_or(one.started_at))))
}

fn told(deployment: Deployment) -> DeliveryReport {
    DeliveryReport {
        environment: deployment.environment,
        state: standing(deployment.state),
        at: deployment.finished_at.or(Some(deployment.started_at)),
        deployment: Some(deployment.id),
        urls: Vec::new(),
        why: None,
        fix: None,
        gate: None,
    }
}

/// Where an environment stands after a deployment in a state.
pub(super) fn standing(state: State) -> Delivery {
    match state {
        State::Succeeded => Delivery::Deployed,
        State::Failed | State::Restored => Delivery::Failed,
        State::Running => Delivery::Running,
        State::NeedsPerson | State::Unknown => Delivery::NeedsPerson,
    }
}
