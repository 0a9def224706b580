//! Which services go back, to what, and what stands in the way.
//!
//! What is taken back is the newest deployment of which something serves: so the same command after
//! a rollback that was killed goes on with it, and one after a rollback that is done goes one
//! further. Which version is good, the record says, by the health that was seen then.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::ground::Ground;
use super::obstacles::in_the_way;
use super::{RollbackError, Wishes};
use crate::core::deployment::Marker;
use crate::core::model::Kind;
use crate::core::model::account::{self, Share};
use crate::core::model::deployment::{
    self, Base, DeployedService, Deployment, ID_PREFIX, Planned, State,
};
use crate::core::rollback::{Choice, Going, Route, Settled, Source, choose};
use crate::flow::restoration::{Place, active};
use crate::world::cloudflare::CloudflareError;
use crate::world::store::{DeploymentFilter, Store};

/// How many deployments are looked through for the one that serves.
const LOOKED_AT: u64 = 50;

/// What is asked of one service.
struct Task {
    planned: Planned,
    /// The versions to go to; `None` is the last known good.
    to: Option<Vec<Share>>,
    /// The version that is taken back, where only that one is.
    bad: Option<String>,
    /// The deployment that brought it, where only that one is taken back.
    of: Option<String>,
}

/// Finds out what a rollback will do.
pub(super) async fn find(
    ground: &Ground,
    store: &Store,
    wishes: &Wishes,
) -> Result<Route, RollbackError> {
    for service in &wishes.services {
        if !ground.services.iter().any(|one| one.service == *service) {
            return Err(RollbackError::NoService(service.clone()));
        }
    }
    let filter = DeploymentFilter {
        account: Some(ground.account.clone()),
        environment: Some(ground.environment.name.clone()),
        limit: Some(LOOKED_AT),
        ..DeploymentFilter::default()
    };
    let recorded = store.deployments(&filter).await?;
    let left = recorded.iter().find(|one| {
        one.cause.kind == deployment::Kind::Rollback
            && matches!(one.state, State::Running | State::Unknown)
    });
    let (of, tasks) = match (&wishes.to, left) {
        (Some(id), _) if id.starts_with(ID_PREFIX) => to_deployment(store, id, wishes).await?,
        (Some(id), _) => (None, vec![to_version(ground, id, wishes).await?]),
        (None, Some(left)) => again(left, &recorded),
        (None, None) => last(ground, &recorded, wishes).await?,
    };
    let held = store.holds(&ground.account, &ground.environment.name).await?;
    let held: Vec<String> = held.into_iter().filter_map(|hold| hold.what.version).collect();
    let found = tasks.iter().map(|task| going(ground, store, wishes, &recorded, &held, task));
    let (mut services, mut already) = (Vec::new(), Vec::new());
    for (task, going) in tasks.iter().zip(try_join_all(found).await?) {
        match going {
            Some(going) => services.push(going),
            None => already.push(settled(task, &recorded)),
        }
    }
    let taken = recorded.iter().find(|one| wishes.to.is_none() && Some(&one.id) == of.as_ref());
    let taken = taken.filter(|_| wishes.services.is_empty());
    let open = taken.filter(|one| !one.state.is_final());
    let open = open.map(|one| (one.id.clone(), one.state));
    let left = left.map(|left| (left.id.clone(), left.state));
    Ok(Route {
        of,
        left,
        whole: taken.map(|one| one.id.clone()),
        open,
        recorded: !recorded.is_empty(),
        services,
        already,
        databases: databases(ground),
    })
}

/// What the configurations call the databases.
fn databases(ground: &Ground) -> BTreeMap<String, String> {
    let environments = ground.services.iter().filter_map(|one| ground.of(&one.service));
    let bindings = environments.flat_map(|environment| environment.bindings_of("d1_databases"));
    let named = bindings.filter_map(|binding| {
        let text = |key| Some(binding.value.get(key)?.as_str()?.to_owned());
        Some((text("database_id")?, text("database_name")?))
    });
    named.collect()
}

fn is_wanted(wishes: &Wishes, service: &str) -> bool {
    wishes.services.is_empty() || wishes.services.iter().any(|wanted| wanted == service)
}

/// What a rollback that was left was about. What it had begun is known by what served before it,
/// whatever serves by now: so it never goes further back than it was to.
fn again(left: &Deployment, recorded: &[Deployment]) -> (Option<String>, Vec<Task>) {
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

/// A service that is back already.
fn settled(task: &Task, recorded: &[Deployment]) -> Settled {
    let brought = recorded.iter().find_map(|deployment| {
        let services = deployment.services.iter();
        let found = services.into_iter().find(|one| one.planned.worker == task.planned.worker)?;
        let is_bad = task.bad.is_some() && found.progress.version == task.bad;
        is_bad.then_some((deployment, found))
    });
    Settled {
        service: task.planned.service.clone(),
        worker: task.planned.worker.clone(),
        version: task.bad.clone(),
        commit: brought.and_then(|(deployment, _)| deployment.cause.commit.clone()),
        code: brought.and_then(|(_, found)| Some(found.progress.code.as_ref()?.digest.clone())),
    }
}

/// All services of a deployment as it brought them live, the last that was deployed first.
async fn to_deployment(
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
async fn to_version(ground: &Ground, id: &str, wishes: &Wishes) -> Result<Task, RollbackError> {
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
async fn last(
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
        _ => Err(RollbackError::WhichServices),
    }
}

/// Whether what serves is of a deployment: it brought the version, or its marker is on it.
fn is_of(live: &account::Deployment, deployment: &str, version: Option<&str>) -> bool {
    let marked = live.message.as_deref().and_then(Marker::of);
    let serves = |version| {
        let mut serving = live.versions.iter().filter(|share| share.percentage > 0.0);
        serving.any(|share| share.version_id == version)
    };
    version.is_some_and(serves) || marked.is_some_and(|mark| mark.deployment == deployment)
}

fn whole(version: &str) -> Vec<Share> {
    vec![Share { version_id: version.to_owned(), percentage: 100.0 }]
}

/// The deployments of a service: the one that serves, and those from before it, the newest first.
async fn listed(place: Place<'_>) -> Result<Vec<account::Deployment>, CloudflareError> {
    let Place { cloudflare, account, worker, kind } = place;
    if kind == Kind::Worker {
        return cloudflare.worker_deployments(account, worker).await;
    }
    let (serves, listed) =
        tokio::join!(active(place), cloudflare.pages_deployments(account, worker));
    let (Some(serves), listed) = (serves?, listed?) else { return Ok(Vec::new()) };
    // After a rollback the newest is not the one that serves.
    let mut all: Vec<_> = listed.into_iter().skip_while(|one| one.id != serves.id).collect();
    if all.is_empty() {
        all.push(serves);
    }
    Ok(all)
}

/// What a service goes back to; `None` where it need not.
async fn going(
    ground: &Ground,
    store: &Store,
    wishes: &Wishes,
    recorded: &[Deployment],
    held: &[String],
    task: &Task,
) -> Result<Option<Going>, RollbackError> {
    let Ground { account, environment, .. } = ground;
    let Planned { service, worker, .. } = &task.planned;
    let place = ground.at(&task.planned);
    let listed = listed(place).await?;
    let nothing = || RollbackError::NothingBefore(service.clone());
    let live = listed.first().cloned().ok_or_else(nothing)?;
    let of = task.of.as_deref().unwrap_or_default();
    let is_known = task.of.is_some() || task.bad.is_some();
    if is_known && !is_of(&live, of, task.bad.as_deref()) {
        return Ok(None);
    }
    let bad: Vec<String> = live.versions.iter().map(|share| share.version_id.clone()).collect();
    let of_worker = |deployment: &'_ Deployment| {
        deployment.services.iter().find(|one| one.planned.worker == *worker).cloned()
    };
    let has = |one: &DeployedService, versions: &[String]| {
        one.progress.version.as_ref().is_some_and(|version| versions.contains(version))
    };
    let before = recorded.iter().filter_map(of_worker).find(|one| has(one, &bad));
    let before = before.and_then(|one| one.progress.before);
    // A rollback knows neither commit nor code of what it puts back.
    let deployed = |versions: &[String]| {
        recorded.iter().filter(|one| one.cause.kind == deployment::Kind::Deploy).find_map(|one| {
            let found = of_worker(one).filter(|found| has(found, versions))?;
            Some((one.cause.commit.clone(), found.progress.code.map(|code| code.digest)))
        })
    };
    let choice = match &task.to {
        Some(shares) if *shares == live.versions => return Ok(None),
        Some(shares) => Choice { shares: shares.clone(), source: Source::Named },
        None => {
            let except = bad.first().map(String::as_str);
            let good = store.last_good(account, &environment.name, worker, except).await?;
            let good = good.map(|good| Choice {
                shares: whole(&good.version),
                source: match good.healthy {
                    Some(true) => Source::Healthy(good.deployment),
                    _ => Source::Unchecked(good.deployment),
                },
            });
            choose(good, before.as_ref(), &listed, &bad, held).ok_or_else(nothing)?
        }
    };
    let (commit, code) = deployed(&bad).unwrap_or_default();
    let to: Vec<String> = choice.shares.iter().map(|share| share.version_id.clone()).collect();
    let back_to = deployed(&to).and_then(|(commit, _)| commit);
    let services = recorded.iter().filter_map(of_worker);
    let (base, bookmarks) = since(services, &choice.shares);
    let blockers = match wishes.emergency {
        true => Vec::new(),
        false => in_the_way(place, &live, &choice).await?,
    };
    Ok(Some(Going {
        planned: task.planned.clone(),
        live,
        choice,
        base,
        blockers,
        bookmarks,
        commit,
        code,
        back_to,
    }))
}

/// What was live with the versions that are gone back to, as the first deployment after them wrote
/// down; and the bookmarks of databases from then on. The services of a Worker come newest first.
fn since(
    services: impl Iterator<Item = DeployedService>,
    shares: &[Share],
) -> (Option<Base>, BTreeMap<String, String>) {
    let mut bookmarks = BTreeMap::new();
    for DeployedService { progress, .. } in services {
        bookmarks.extend(progress.bookmarks);
        if let Some(before) = progress.before.filter(|before| before.versions == shares) {
            return (Some(before), bookmarks);
        }
    }
    (None, BTreeMap::new())
}
