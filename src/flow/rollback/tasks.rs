//! What a rollback is asked to do: with which services, and to what.

use futures_util::future::try_join_all;

use super::ground::Ground;
use super::{RollbackError, Wishes};
use crate::core::deployment::Marker;
use crate::core::model::Kind;
use crate::core::model::account::{self, Share};
use crate::core::model::deployment::{self, DeployedService, Deployment, Planned, State};
use crate::flow::restoration::active;
use crate::world::cloudflare::CloudflareError;
use crate::world::store::Store;

/// What is asked of one service.
pub(super) struct Task {
    pub(super) planned: Planned,
    /// The versions to go to; `None` is the last known good.
    pub(super) to: Option<Vec<Share>>,
    /// The version that is taken back, where only that one is.
    pub(super) bad: Option<String>,
    /// The deployment that brought it, where only that one is taken back.
    pub(super) of: Option<String>,
}

/// What a rollback that was left was about. What it had begun is known by what served before it,
/// whatever serves by now: so it never goes further back than it was to.
pub(super) fn again(left: &Deployment, recorded: &[Deployment]) -> (Option<String>, Vec<Task>) {
    let of = left.cause.of.clone();
    let taken = recorded.iter().find(|one| Some(&one.id) == of.as_ref());
    let brought = |worker: &str| {
        let services = taken?.services.iter();
        services.into_iter().find(|one| one.planned.worker == worker)?.progress.version.clone()
    };
    let task = |one: &DeployedService| {
        let before = one.progress.before.as_ref().and_then(|before| before.versions.first());
        let bad = before.map(|share| share.version_id.clone());
        let bad = bad.or_else(|| brought(&one.planned.worker));
        Task { planned: one.planned.clone(), to: None, bad, of: of.clone() }
    };
    (of.clone(), left.services.iter().map(task).collect())
}

/// All services of a deployment as it brought them live, the last that was deployed first.
pub(super) async fn to_deployment(
    store: &Store,
    id: &str,
    wishes: &Wishes,
) -> Result<(Option<String>, Vec<Task>), RollbackError> {
    let none = || RollbackError::NoTarget(id.to_owned());
    let deployment = store.deployment(id).await?.ok_or_else(none)?;
    let services = deployment.services.into_iter();
    let tasks: Vec<Task> = services
        .filter(|service| is_wanted(wishes, &service.planned.service))
        .filter_map(|DeployedService { planned, progress }| {
            let to = Some(whole(&progress.version?));
            Some(Task { planned, to, bad: None, of: None })
        })
        .collect();
    let tasks: Vec<Task> = tasks.into_iter().rev().collect();
    if tasks.is_empty() { Err(none()) } else { Ok((Some(deployment.id), tasks)) }
}

/// The one service that has this version, or this deployment of Pages.
pub(super) async fn to_version(
    ground: &Ground,
    id: &str,
    wishes: &Wishes,
) -> Result<Task, RollbackError> {
    let Ground { cloudflare, account, .. } = ground;
    for planned in ground.services.iter().filter(|one| is_wanted(wishes, &one.service)) {
        let found = match planned.strategy.project() {
            Kind::Worker => cloudflare.version(account, &planned.worker, id).await.map(drop),
            Kind::Pages => {
                cloudflare.pages_deployment(account, &planned.worker, id).await.map(drop)
            }
        };
        match found {
            Ok(()) => {
                let planned = planned.clone();
                return Ok(Task { planned, to: Some(whole(id)), bad: None, of: None });
            }
            Err(CloudflareError::NotFound(_) | CloudflareError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(RollbackError::NoTarget(id.to_owned()))
}

/// The services of the newest deployment of which something serves. Without a record: those that are
/// named, or the only one.
pub(super) async fn last(
    ground: &Ground,
    recorded: &[Deployment],
    wishes: &Wishes,
) -> Result<(Option<String>, Vec<Task>), RollbackError> {
    let may_serve = |deployment: &&Deployment| {
        deployment.cause.kind == deployment::Kind::Deploy
            && !matches!(deployment.state, State::Failed | State::Restored)
    };
    for deployment in recorded.iter().filter(may_serve) {
        let services = deployment.services.iter();
        let wanted: Vec<&DeployedService> =
            services.filter(|one| is_wanted(wishes, &one.planned.service)).collect();
        let live = wanted.iter().map(|one| active(ground.at(&one.planned)));
        let live = try_join_all(live).await?;
        let serves = |(one, live): (&&DeployedService, &Option<account::Deployment>)| {
            live.as_ref()
                .is_some_and(|live| is_of(live, &deployment.id, one.progress.version.as_deref()))
        };
        if wanted.iter().zip(&live).any(serves) {
            let task = |one: &DeployedService| Task {
                planned: one.planned.clone(),
                to: None,
                bad: one.progress.version.clone(),
                of: Some(deployment.id.clone()),
            };
            // The last that was deployed needs what was deployed before it.
            let tasks = wanted.into_iter().rev().map(task).collect();
            return Ok((Some(deployment.id.clone()), tasks));
        }
    }
    let named = ground.services.iter().filter(|one| is_wanted(wishes, &one.service));
    let named: Vec<Task> =
        named.map(|one| Task { planned: one.clone(), to: None, bad: None, of: None }).collect();
    match named.len() {
        1 => Ok((None, named)),
        _ if !wishes.services.is_empty() => Ok((None, named)),
        _ => {
            let live = ground.services.iter().map(|one| active(ground.at(one)));
            match try_join_all(live).await?.iter().all(Option::is_none) {
                true => Err(RollbackError::NothingServes),
                false => Err(RollbackError::WhichServices),
            }
        }
    }
}

/// Whether what serves is of a deployment: it brought the version, or its marker is on it.
pub(super) fn is_of(live: &account::Deployment, deployment: &str, version: Option<&str>) -> bool {
    let marked = live.message.as_deref().and_then(Marker::of);
    let serves = |version| {
        let mut serving = live.versions.iter().filter(|share| share.percentage > 0.0);
        serving.any(|share| share.version_id == version)
    };
    version.is_some_and(serves) || marked.is_some_and(|mark| mark.deployment == deployment)
}

pub(super) fn whole(version: &str) -> Vec<Share> {
    vec![Share { version_id: version.to_owned(), percentage: 100.0 }]
}

fn is_wanted(wishes: &Wishes, service: &str) -> bool {
    wishes.services.is_empty() || wishes.services.iter().any(|wanted| wanted == service)
}
