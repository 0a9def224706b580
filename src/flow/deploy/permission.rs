//! What must not be deployed by itself: what was taken back before, and what is older than what is
//! live.

use std::collections::BTreeSet;

use super::decision::Decided;
use super::preparation::Prepared;
use super::{DeployError, Origin, Wishes};
use crate::core::downgrade::{Verdict, live};
use crate::core::model::context::{CiContext, EventKind, short};
use crate::core::rollback::{held, refusal};
use crate::flow::downgrade;
use crate::world::store::{DeploymentFilter, Store};

/// How many deployments are looked back at for the one that is live.
const LOOKED_BACK: u64 = 100;

/// Whether it may be deployed: nothing of it was taken back before, and what is live is not newer.
pub(super) async fn permitted(
    prepared: &Prepared,
    store: &Store,
    wishes: &Wishes,
    origin: &Origin<'_>,
    decided: &Decided,
) -> Result<(), DeployError> {
    let (account, environment) = (&decided.account.id, &prepared.environment.name);
    let commit = commit(origin.context);
    for work in decided.course.waves.iter().flatten() {
        let code = decided.codes.get(&work.service).map(String::as_str);
        if let Some(hold) = held(&decided.holds, &work.service, commit.as_deref(), code, None) {
            return Err(DeployError::Held(refusal(hold, commit.as_deref())));
        }
    }
    if wishes.allow_downgrade || wishes.resume {
        return Ok(());
    }
    let filter = DeploymentFilter {
        account: Some(account.clone()),
        environment: Some(environment.clone()),
        limit: Some(LOOKED_BACK),
        ..DeploymentFilter::default()
    };
    let recorded = store.deployments(&filter).await?;
    let mut seen = BTreeSet::new();
    let works = decided.course.waves.iter().flatten().map(|work| (&work.service, &*work.base));
    let databases = decided.course.databases.iter().map(|one| (&one.service, &[][..]));
    let live = works.chain(databases).filter_map(|(name, serves)| live(name, serves, &recorded));
    for live in live.filter(|live| seen.insert(&live.id)) {
        let shown = || {
            let commit = live.cause.commit.as_deref().unwrap_or_default();
            format!("{} of {}", live.id, short(commit))
        };
        match downgrade::look(&prepared.request.root, live, origin.context)? {
            None | Some(Verdict::Forward(_)) => {}
            Some(Verdict::Backward(_)) => return Err(DeployError::Older(shown())),
            Some(Verdict::Unclear) => return Err(DeployError::Unclear(shown())),
        }
    }
    Ok(())
}

/// Whether what would be deployed is this repository's own. In a run for `pull_request_target` a
/// stranger's code would be built beside a token that can deploy.
pub(super) fn is_ours(context: &CiContext) -> Result<(), DeployError> {
    let ours = context.fork.as_ref().is_some_and(|fork| !fork.value);
    match context.is_for(&EventKind::PullRequestTarget) && !ours {
        true => Err(DeployError::Foreign),
        false => Ok(()),
    }
}

/// The commit that is deployed.
pub(super) fn commit(context: &CiContext) -> Option<String> {
    let head = context.head_sha.as_ref().or(context.checkout_sha.as_ref());
    head.map(|known| known.value.to_string())
}
