//! What must not be deployed by itself: what was taken back before, and what is older than what is
//! live.

use super::decision::Decided;
use super::preparation::Prepared;
use super::{DeployError, Origin, Wishes};
use crate::core::downgrade::Verdict;
use crate::core::model::context::{CiContext, EventKind};
use crate::core::model::deployment::State;
use crate::core::rollback::{held, refusal};
use crate::flow::downgrade;
use crate::world::store::{DeploymentFilter, Store};

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
        state: Some(State::Succeeded),
        limit: Some(1),
        ..DeploymentFilter::default()
    };
    let Some(live) = store.deployments(&filter).await?.pop() else { return Ok(()) };
    let shown = || {
        let commit = live.cause.commit.as_deref().unwrap_or_default();
        format!("{} of {}", live.id, commit.get(..7).unwrap_or(commit))
    };
    match downgrade::look(&prepared.request.root, &live, origin.context)? {
        None | Some(Verdict::Forward(_)) => Ok(()),
        Some(Verdict::Backward(_)) => Err(DeployError::Older(shown())),
        Some(Verdict::Unclear) => Err(DeployError::Unclear(shown())),
    }
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
