//! Which services go back, to what, and what stands in the way.
//!
//! What is taken back is the newest deployment of which something serves: so the same command after
//! a rollback that was killed goes on with it, and one after a rollback that is done goes one
//! further. Which version is good, the record says, by the health that was seen then.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::ground::Ground;
use super::obstacles::in_the_way;
use super::tasks::{Task, again, is_of, last, to_deployment, to_version, whole};
use super::{RollbackError, Wishes};
use crate::core::model::Kind;
use crate::core::model::account::{self, Share};
use crate::core::model::deployment::{
    self, Base, DeployedService, Deployment, ID_PREFIX, Planned, State,
};
use crate::core::rollback::{Choice, Going, Route, Settled, Source, Taken, choose};
use crate::flow::restoration::{Place, active};
use crate::world::cloudflare::CloudflareError;
use crate::world::store::{DeploymentFilter, Store};

/// How many deployments are looked through for the one that serves.
const LOOKED_AT: u64 = 50;

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
            None => {
                let left = left.map(|left| left.id.as_str());
                already.push(settled(ground, left, task, &recorded).await?);
            }
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

/// A service that is back already. Where the rollback that was left brought it back, nobody knows how
/// far it came with the rest.
async fn settled(
    ground: &Ground,
    left: Option<&str>,
    task: &Task,
    recorded: &[Deployment],
) -> Result<Settled, RollbackError> {
    let of_worker = |deployment: &Deployment| {
        let mut services = deployment.services.iter();
        services.find(|one| one.planned.worker == task.planned.worker).cloned()
    };
    let brought = recorded.iter().find_map(|deployment| {
        let found = of_worker(deployment)?;
        let is_bad = task.bad.is_some() && found.progress.version == task.bad;
        is_bad.then_some((deployment, found))
    });
    let serves = match left {
        Some(left) => {
            let live = active(ground.at(&task.planned)).await?;
            let live = live.filter(|live| is_of(live, left, None));
            live.map(|live| live.versions).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let (base, bookmarks) = match serves.as_slice() {
        [] => Default::default(),
        serves => since(recorded.iter().filter_map(of_worker), serves),
    };
    let code = brought.as_ref().and_then(|(_, found)| found.progress.code.as_ref());
    let taken = Taken {
        version: task.bad.clone(),
        commit: brought.as_ref().and_then(|(deployment, _)| deployment.cause.commit.clone()),
        code: code.map(|code| code.digest.clone()),
    };
    Ok(Settled { planned: task.planned.clone(), taken, serves, base, bookmarks })
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
