//! What would be deployed: from which commit, of which pull request, and which files it touches.

use futures_util::future::try_join;

use super::reach::about;
use super::{GateError, Ground};
use crate::core::gate::{Subject, risks};
use crate::core::model::context::Sha;
use crate::core::model::deployment::State;
use crate::core::plan::{Plan, ServicePlan};
use crate::world::forge::Evidence;
use crate::world::forge::evidence::{Change, Commit};
use crate::world::git;
use crate::world::store::{DeploymentFilter, Store, StoreError};

/// Where a deployment comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// The commit that people see.
    pub(super) head: Option<String>,
    /// The pull request.
    pub(super) change: Option<Change>,
    /// The commit itself, where it holds more than the pull request, or there is none.
    pub(super) commit: Option<Commit>,
    /// What goes live with it: the commits since the one that was deployed last.
    pub(super) others: Vec<Commit>,
}

/// The pull request of a run, or the one that became its commit. What was merged with the same files
/// as its head is what people saw there. `live` is the commit of the last deployment.
pub(super) async fn source(
    ground: &Ground<'_>,
    evidence: Option<&dyn Evidence>,
    live: Option<&Sha>,
) -> Result<Source, GateError> {
    let context = ground.context;
    let commit = context.head_sha.as_ref().or(context.checkout_sha.as_ref());
    let commit = commit.map(|known| known.value.to_string());
    let alone = || Source { head: commit.clone(), ..Source::default() };
    let (Some(evidence), Some(sha)) = (evidence, &commit) else { return Ok(alone()) };
    if let Some(number) = context.pull_request.as_ref().map(|known| known.value) {
        let change = evidence.change(number).await.map_err(about("who made the change"))?;
        if change.fork {
            return Err(GateError::Fork(number));
        }
        if change.head != *sha {
            return Err(GateError::Moved { number, head: change.head });
        }
        let others = others(evidence, live, sha).await?;
        return Ok(Source { head: commit, change: Some(change), commit: None, others });
    }
    let pull_request = "which pull request the commit comes from";
    let merged = evidence.merged_as(sha).await.map_err(about(pull_request))?;
    // Without a record, what was pushed at once is known.
    let pushed = context.base_sha.as_ref().map(|known| &known.value);
    let mut others = others(evidence, live.or(pushed), sha).await?;
    let Some(number) = merged else {
        let found = evidence.commit(sha).await.map_err(about("who made the commit"))?;
        return Ok(Source { commit: Some(found), others, ..alone() });
    };
    let (change, found) = try_join(evidence.change(number), evidence.commit(sha))
        .await
        .map_err(about("who made the change"))?;
    let top = change.commits.iter().find(|one| one.sha == change.head);
    let same = top.is_some_and(|top| top.tree == found.tree);
    let head = if same { Some(change.head.clone()) } else { commit.clone() };
    // Whoever merged what people saw has not written it.
    others.retain(|one| !same || one.sha != *sha);
    Ok(Source { head, change: Some(change), commit: (!same).then_some(found), others })
}

/// What goes live with a commit. Several merges can have come since the last deployment.
async fn others(
    evidence: &dyn Evidence,
    since: Option<&Sha>,
    sha: &str,
) -> Result<Vec<Commit>, GateError> {
    let Some(since) = since.filter(|since| since.as_str() != sha) else { return Ok(Vec::new()) };
    let others = evidence.between(since.as_str(), sha).await;
    others.map_err(about("who made what goes live with it"))
}

/// What a plan means to the gate. `paths`: whether the policy looks at them.
pub(super) async fn subject(
    ground: &Ground<'_>,
    store: &Store,
    (account, environment): (&str, &str),
    plan: &Plan,
    paths: bool,
) -> Result<Subject, StoreError> {
    let touched = |service: &&ServicePlan| service.changes() || service.unknown().next().is_some();
    let paths = if paths { self::paths(ground, store, account, environment).await? } else { None };
    Ok(Subject {
        hash: plan.hash.clone(),
        environment: environment.to_owned(),
        services: plan.services.iter().filter(touched).map(|one| one.service.clone()).collect(),
        paths,
        risks: risks(plan),
        rollback: false,
    })
}

/// The files that differ from what is live, by their path in the repository. `None` where there is no
/// record of what is live, or its commit is not here.
async fn paths(
    ground: &Ground<'_>,
    store: &Store,
    account: &str,
    environment: &str,
) -> Result<Option<Vec<String>>, StoreError> {
    let filter = DeploymentFilter {
        account: Some(account.to_owned()),
        environment: Some(environment.to_owned()),
        state: Some(State::Succeeded),
        limit: Some(1),
        ..DeploymentFilter::default()
    };
    let live = store.deployments(&filter).await?.pop().and_then(|live| live.cause.commit);
    let Some(live) = live else { return Ok(None) };
    let root = &ground.request.root;
    let top = git::answers(root).top;
    let top = top.as_deref().map_or(root.as_path(), std::path::Path::new);
    Ok(git::changes(top, &live).ok().map(|changes| changes.paths))
}
