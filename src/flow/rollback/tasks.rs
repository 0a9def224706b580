//! What a rollback is asked to do: with which services, and to what.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;

use super::ground::Ground;
use super::known::{Known, came_live, is_left};
use super::{RollbackError, Wishes};
use crate::core::deployment::Marker;
use crate::core::model::Kind;
use crate::core::model::account::{self, Share};
use crate::core::model::deployment::{self, DeployedService, Deployment, ID_PREFIX, Planned};
use crate::core::rollback::{coded, serving};
use crate::flow::restoration::{Place, active};
use crate::world::cloudflare::CloudflareError;
use crate::world::store::Store;

/// What is to be done.
pub(super) enum Aim<'a> {
    /// A rollback was left, and is gone on with.
    Left(&'a Deployment),
    /// A deployment is taken back or gone back to, where it is one of the record; with which services.
    New(Option<String>, Vec<Task>),
}

/// What is asked of one service.
pub(super) struct Task {
    pub(super) planned: Planned,
    /// The versions to go to; `None` is the last known good.
    pub(super) to: Option<Vec<Share>>,
    /// The versions that are taken back, where only these are.
    pub(super) bad: Vec<String>,
    /// The deployment that brought them, where only that one is taken back.
    pub(super) of: Option<String>,
}

/// Finds out what somebody wants.
pub(super) async fn aim<'a>(
    ground: &Ground,
    store: &Store,
    wishes: &Wishes,
    known: &'a Known,
) -> Result<Aim<'a>, RollbackError> {
    let Some(to) = &wishes.to else { return newest(ground, known, wishes).await };
    let (of, tasks) = named(ground, store, to, &wishes.services).await?;
    let workers: Vec<&str> = tasks.iter().map(|task| task.planned.worker.as_str()).collect();
    Ok(known.left(to, &workers).map_or(Aim::New(of, tasks), Aim::Left))
}

/// What a rollback that was left was about. What it had begun is known by what served before it,
/// whatever serves by now: so it never goes further back than it was to.
pub(super) async fn again(
    ground: &Ground,
    store: &Store,
    left: &Deployment,
    known: &Known,
) -> Result<Vec<Task>, RollbackError> {
    let services: Vec<String> =
        left.services.iter().map(|one| one.planned.service.clone()).collect();
    let named = match &left.cause.to {
        Some(to) => named(ground, store, to, &services).await?.1,
        None => Vec::new(),
    };
    // Where it was told what to go to, its deployment is that, and none to take back.
    let of = left.cause.of.as_ref().filter(|_| left.cause.to.is_none());
    let task = |DeployedService { planned, progress }: &DeployedService| {
        let to = named.iter().find(|task| task.planned.worker == planned.worker);
        let to = to.and_then(|task| task.to.clone());
        let is_wanted =
            |version: &&String| !to.iter().flatten().any(|to| to.version_id == **version);
        let brought = known.brought(of.map(String::as_str), &planned.worker);
        let before = progress.before.as_ref().map_or(&[][..], |before| before.versions.as_slice());
        let mut bad: Vec<String> = serving(before).filter(is_wanted).cloned().collect();
        if let Some(brought) = brought {
            // Others served beside it, and are well for all that is known.
            if bad.contains(brought) {
                bad.clear();
            }
            bad.push(brought.clone());
        }
        Task { planned: planned.clone(), to, bad, of: of.cloned() }
    };
    Ok(left.services.iter().map(task).collect())
}

/// What is meant by the id of a deployment of clodo's, or of a version.
async fn named(
    ground: &Ground,
    store: &Store,
    id: &str,
    services: &[String],
) -> Result<(Option<String>, Vec<Task>), RollbackError> {
    match id.starts_with(ID_PREFIX) {
        true => to_deployment(ground, store, id, services).await,
        false => Ok((None, vec![to_version(ground, id, services).await?])),
    }
}

/// All services of a deployment as it brought them live, the last that was deployed first.
async fn to_deployment(
    ground: &Ground,
    store: &Store,
    id: &str,
    services: &[String],
) -> Result<(Option<String>, Vec<Task>), RollbackError> {
    let none = || RollbackError::NoTarget(id.to_owned());
    let deployment = store.deployment(id).await?.ok_or_else(none)?;
    let of = (&deployment.account, &deployment.environment);
    // The lock that is taken is that of this environment, and guards no other.
    if of != (&ground.account, &ground.environment.name) {
        let (account, environment) = (deployment.account.clone(), deployment.environment.clone());
        return Err(RollbackError::Elsewhere { id: deployment.id, account, environment });
    }
    let found = deployment.services.into_iter();
    let mut tasks = Vec::new();
    for DeployedService { planned, progress } in found {
        let Some(version) = progress.version.filter(|_| is_wanted(services, &planned.service))
        else {
            continue;
        };
        if !ground.services.iter().any(|one| one.worker == planned.worker) {
            return Err(RollbackError::NoService(planned.service));
        }
        tasks.push(Task { planned, to: Some(whole(&version)), bad: Vec::new(), of: None });
    }
    tasks.reverse();
    if tasks.is_empty() { Err(none()) } else { Ok((Some(deployment.id), tasks)) }
}

/// The one service that has this version, or this deployment of Pages.
async fn to_version(ground: &Ground, id: &str, services: &[String]) -> Result<Task, RollbackError> {
    let Ground { cloudflare, account, .. } = ground;
    for planned in ground.services.iter().filter(|one| is_wanted(services, &one.service)) {
        let found = match planned.strategy.project() {
            Kind::Worker => cloudflare.version(account, &planned.worker, id).await.map(drop),
            Kind::Pages => {
                cloudflare.pages_deployment(account, &planned.worker, id).await.map(drop)
            }
        };
        match found {
            Ok(()) => {
                let planned = planned.clone();
                return Ok(Task { planned, to: Some(whole(id)), bad: Vec::new(), of: None });
            }
            Err(CloudflareError::NotFound(_) | CloudflareError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(RollbackError::NoTarget(id.to_owned()))
}

/// The newest that concerns the services: a rollback without a good end, or a deployment of which
/// something serves. Without a record: the services that are named, or the only one.
async fn newest<'a>(
    ground: &Ground,
    known: &'a Known,
    wishes: &Wishes,
) -> Result<Aim<'a>, RollbackError> {
    // What a newer deployment or rollback brought to its end.
    let mut ended = BTreeSet::new();
    let mut live = BTreeMap::new();
    for deployment in known.deployments.iter().filter(|one| came_live(one)) {
        // Of some, databases alone were migrated.
        let services = deployment.services.iter().filter(|one| !one.planned.worker.is_empty());
        let wanted: Vec<&DeployedService> =
            services.filter(|one| is_wanted(&wishes.services, &one.planned.service)).collect();
        let workers = wanted.iter().map(|one| one.planned.worker.as_str());
        if is_left(deployment) && !workers.clone().all(|worker| ended.contains(worker)) {
            return left(deployment, wishes);
        }
        if deployment.cause.kind == deployment::Kind::Deploy {
            let unseen = wanted.iter().map(|one| &one.planned);
            let unseen: Vec<&Planned> =
                unseen.filter(|one| !live.contains_key(one.worker.as_str())).collect();
            let seen = try_join_all(unseen.iter().map(|one| serves(ground.at(one)))).await?;
            live.extend(unseen.iter().map(|one| one.worker.as_str()).zip(seen));
            let serves = |one: &DeployedService| live.get(one.planned.worker.as_str())?.as_ref();
            let is_live = |one: &&DeployedService| {
                let version = one.progress.version.as_slice();
                serves(one).is_some_and(|live| is_of(live, &deployment.id, version))
            };
            if wanted.iter().any(is_live) {
                let task = |one: &DeployedService| Task {
                    planned: one.planned.clone(),
                    to: None,
                    bad: one.progress.version.iter().cloned().collect(),
                    of: Some(deployment.id.clone()),
                };
                // The last that was deployed needs what was deployed before it.
                let tasks = wanted.into_iter().rev().map(task).collect();
                return Ok(Aim::New(Some(deployment.id.clone()), tasks));
            }
            for one in wanted.iter().filter(|_| wishes.services.is_empty()) {
                if let Some(live) = serves(one)
                    && is_overtaken(ground, known, one, live).await?
                {
                    return Err(RollbackError::Overtaken {
                        service: one.planned.service.clone(),
                        deployment: deployment.id.clone(),
                    });
                }
            }
        }
        if deployment.state.is_final() {
            ended.extend(workers);
        }
    }
    unrecorded(ground, wishes).await
}

/// A rollback is gone on with as a whole, or not at all: what it brought back would else count as
/// something to get away from.
fn left<'a>(left: &'a Deployment, wishes: &Wishes) -> Result<Aim<'a>, RollbackError> {
    let services: BTreeSet<&String> =
        left.services.iter().map(|one| &one.planned.service).collect();
    match wishes.services.is_empty() || wishes.services.iter().collect::<BTreeSet<_>>() == services
    {
        true => Ok(Aim::Left(left)),
        false => Err(RollbackError::Left {
            id: left.id.clone(),
            services: services.into_iter().cloned().collect(),
        }),
    }
}

/// Whether somebody else brought what serves of a service after a deployment of the record. Then it
/// is not for us to say that an older one is meant.
async fn is_overtaken(
    ground: &Ground,
    known: &Known,
    DeployedService { planned, progress }: &DeployedService,
    live: &account::Deployment,
) -> Result<bool, CloudflareError> {
    let Planned { worker, strategy, .. } = planned;
    if known.explains(worker, live) {
        return Ok(false);
    }
    match (strategy.project(), &progress.version) {
        (Kind::Worker, _) => Ok(true),
        // A preview never served where production does.
        (Kind::Pages, Some(version)) => {
            let found = ground.cloudflare.pages_deployment(&ground.account, worker, version).await;
            Ok(matches!(found, Ok(Some(_))))
        }
        (Kind::Pages, None) => Ok(false),
    }
}

/// Without a record: the services that are named, or the only one.
async fn unrecorded<'a>(ground: &Ground, wishes: &Wishes) -> Result<Aim<'a>, RollbackError> {
    let named = ground.services.iter().filter(|one| is_wanted(&wishes.services, &one.service));
    let task = |one: &Planned| Task { planned: one.clone(), to: None, bad: Vec::new(), of: None };
    let named: Vec<Task> = named.map(task).collect();
    match named.len() {
        1 => Ok(Aim::New(None, named)),
        _ if !wishes.services.is_empty() => Ok(Aim::New(None, named)),
        _ => {
            let live = ground.services.iter().map(|one| active(ground.at(one)));
            match try_join_all(live).await?.iter().all(Option::is_none) {
                true => Err(RollbackError::NothingServes),
                false => Err(RollbackError::WhichServices),
            }
        }
    }
}

/// The deployment whose code serves.
async fn serves(place: Place<'_>) -> Result<Option<account::Deployment>, CloudflareError> {
    let Place { cloudflare, account, worker, kind } = place;
    match kind {
        Kind::Worker => Ok(coded(&cloudflare.last_deployments(account, worker).await?).cloned()),
        Kind::Pages => active(place).await,
    }
}

/// Whether what serves is of a deployment: it brought one of the versions, or its marker is on it.
pub(super) fn is_of(live: &account::Deployment, deployment: &str, versions: &[String]) -> bool {
    let marked = live.message.as_deref().and_then(Marker::of);
    serving(&live.versions).any(|version| versions.contains(version))
        || marked.is_some_and(|mark| mark.deployment == deployment)
}

pub(super) fn whole(version: &str) -> Vec<Share> {
    vec![Share { version_id: version.to_owned(), percentage: 100.0 }]
}

fn is_wanted(services: &[String], service: &str) -> bool {
    services.is_empty() || services.iter().any(|wanted| wanted == service)
}
