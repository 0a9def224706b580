//! Which services go back, to what, and what stands in the way.
//!
//! What is taken back is the newest deployment of which something serves: so one rollback after
//! another that is done goes one further, and the same command after one that is not goes on with it.
//! Which version is good, the record says, by the health that was seen then.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::ground::Ground;
use super::known::{Known, is_left};
use super::obstacles::in_the_way;
use super::tasks::{Aim, Task, again, aim, is_of, whole};
use super::{RollbackError, Wishes};
use crate::core::model::Kind;
use crate::core::model::account::{self, Share};
use crate::core::model::deployment::{Base, DeployedService, Deployment, Planned, State};
use crate::core::rollback::{Choice, Going, Route, Settled, Source, choose, coded, serving};
use crate::flow::restoration::{Place, active};
use crate::world::cloudflare::CloudflareError;
use crate::world::store::Store;

/// Finds out what a rollback will do.
pub(super) async fn find(
    ground: &Ground,
    store: &Store,
    wishes: &Wishes,
    known: &Known,
) -> Result<Route, RollbackError> {
    for service in &wishes.services {
        if !ground.services.iter().any(|one| one.service == *service) {
            return Err(RollbackError::NoService(service.clone()));
        }
    }
    let (of, left, tasks) = match aim(ground, store, wishes, known).await? {
        Aim::Left(left) => {
            (left.cause.of.clone(), Some(left), again(ground, store, left, known).await?)
        }
        Aim::New(of, tasks) => (of, None, tasks),
    };
    let to = left.map_or(&wishes.to, |left| &left.cause.to);
    let found = tasks.iter().map(|task| going(ground, store, wishes, known, task));
    let (mut services, mut already) = (Vec::new(), Vec::new());
    for (task, going) in tasks.iter().zip(try_join_all(found).await?) {
        match going {
            Some(going) => services.push(going),
            None => already.push(settled(ground, left, task, known).await?),
        }
    }
    let all = known.deployments.iter();
    let taken = all.clone().find(|one| to.is_none() && Some(&one.id) == of.as_ref());
    let taken = taken.filter(|_| wishes.services.is_empty());
    let open = taken.filter(|one| !one.state.is_final()).map(standing);
    let given_up = all.filter(|one| {
        is_left(one) && one.state != State::NeedsPerson && left.is_none_or(|left| left.id != one.id)
    });
    Ok(Route {
        of,
        to: to.clone(),
        left: left.map(standing),
        given_up: given_up.map(standing).collect(),
        whole: taken.map(|one| one.id.clone()),
        open,
        recorded: !known.deployments.is_empty(),
        services,
        already,
        databases: databases(ground),
    })
}

fn standing(one: &Deployment) -> (String, State) {
    (one.id.clone(), one.state)
}

/// Whether what was to be taken back serves no more by now, because others took it back: then what
/// would be next is not meant.
pub(super) fn is_past(before: &Route, now: &Route, known: &Known) -> bool {
    if before.left.is_some() {
        let id = |route: &Route| route.left.as_ref().map(|left| left.0.clone());
        return id(now) != id(before);
    }
    match (known.age(before.of.as_deref()), known.age(now.of.as_deref())) {
        (Some(before), Some(now)) => now > before,
        (Some(_), None) => true,
        (None, _) => false,
    }
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
    left: Option<&Deployment>,
    task: &Task,
    known: &Known,
) -> Result<Settled, RollbackError> {
    let Planned { worker, .. } = &task.planned;
    let serves = match left {
        Some(left) => {
            let live = active(ground.at(&task.planned)).await?;
            let live = live.filter(|live| is_of(live, &left.id, &[]));
            live.map(|live| live.versions).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let (base, bookmarks) = match serves.as_slice() {
        [] => Default::default(),
        serves => since(known, worker, serves),
    };
    let back_to = serving(&serves).find_map(|version| known.commit(worker, version)).cloned();
    let taken = known.taken(worker, &task.bad, &task.bad);
    Ok(Settled { planned: task.planned.clone(), taken, serves, base, bookmarks, back_to })
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
    known: &Known,
    task: &Task,
) -> Result<Option<Going>, RollbackError> {
    let Planned { service, worker, .. } = &task.planned;
    let place = ground.at(&task.planned);
    let listed = listed(place).await?;
    let nothing = || RollbackError::NothingBefore(service.clone());
    let live = listed.first().cloned().ok_or_else(nothing)?;
    let code = coded(&listed).unwrap_or(&live);
    let of = task.of.as_deref().unwrap_or_default();
    let is_known = task.of.is_some() || !task.bad.is_empty();
    if is_known && !is_of(code, of, &task.bad) {
        return Ok(None);
    }
    let bad = bad(task, &live, code);
    let choice = match &task.to {
        Some(shares) if *shares == live.versions => return Ok(None),
        Some(shares) => Choice { shares: shares.clone(), source: Source::Named },
        None => {
            let choice = best(ground, store, known, &listed, (worker, &bad)).await?;
            choice.ok_or_else(nothing)?
        }
    };
    let to: Vec<&String> = serving(&choice.shares).collect();
    let left: Vec<String> = bad.into_iter().filter(|version| !to.contains(&version)).collect();
    // Where a change of a secret alone is taken back, its code serves again.
    let like: Vec<String> =
        serving(&code.versions).filter(|_| code.id != live.id).cloned().collect();
    let like = if like.iter().any(|version| to.contains(&version)) { Vec::new() } else { like };
    let taken = known.taken(worker, &left, &like);
    let back_to = to.iter().find_map(|version| known.commit(worker, version)).cloned();
    let (base, bookmarks) = since(known, worker, &choice.shares);
    let blockers = match wishes.emergency {
        true => Vec::new(),
        false => in_the_way(place, &live, &choice).await?,
    };
    let planned = task.planned.clone();
    Ok(Some(Going { planned, live, choice, base, blockers, bookmarks, taken, back_to }))
}

/// The versions to get away from.
fn bad(task: &Task, live: &account::Deployment, code: &account::Deployment) -> Vec<String> {
    let serves: Vec<&String> = serving(&live.versions).collect();
    let mut bad = task.bad.clone();
    // Others that serve beside it are well for all that is known.
    if !bad.iter().any(|version| serves.contains(&version)) {
        for version in serves.into_iter().chain(serving(&code.versions)) {
            if !bad.contains(version) {
                bad.push(version.clone());
            }
        }
    }
    bad
}

/// The best that is known of a Worker, and is not to get away from.
async fn best(
    ground: &Ground,
    store: &Store,
    known: &Known,
    listed: &[account::Deployment],
    (worker, bad): (&str, &[String]),
) -> Result<Option<Choice>, RollbackError> {
    let Ground { account, environment, .. } = ground;
    let good = store.last_good(account, &environment.name, worker, bad).await?;
    let good = good.map(|good| Choice {
        shares: whole(&good.version),
        source: match good.healthy {
            Some(true) => Source::Healthy(good.deployment),
            _ => Source::Unchecked(good.deployment),
        },
    });
    let is_bad = |found: &DeployedService| {
        found.progress.version.as_ref().is_some_and(|version| bad.contains(version))
    };
    let mut all = known.of_worker(worker);
    let before = all.find(|(_, found)| is_bad(found));
    let before = before.and_then(|(_, found)| found.progress.before.as_ref());
    let held: Vec<String> =
        known.holds.iter().filter_map(|hold| hold.what.version.clone()).collect();
    let choice = choose(good, before, listed, bad, &held);
    Ok(choice.map(|choice| {
        let sick = match choice.source {
            Source::Before | Source::Listed => {
                serving(&choice.shares).find_map(|version| known.sick(worker, version))
            }
            _ => None,
        };
        let sick = sick.map(|deployment| Source::Sick(deployment.to_owned()));
        Choice { source: sick.unwrap_or(choice.source), shares: choice.shares }
    }))
}

/// What was live with the versions that are gone back to, as the first deployment after them wrote
/// down; and the bookmarks of databases from then on.
fn since(
    known: &Known,
    worker: &str,
    shares: &[Share],
) -> (Option<Base>, BTreeMap<String, String>) {
    let mut bookmarks = BTreeMap::new();
    for (_, DeployedService { progress, .. }) in known.of_worker(worker) {
        bookmarks.extend(progress.bookmarks.clone());
        if let Some(before) = progress.before.as_ref().filter(|before| before.versions == shares) {
            return (Some(before.clone()), bookmarks);
        }
    }
    (None, BTreeMap::new())
}
