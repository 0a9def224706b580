//! What stands in the way of going back, by name, before anything is touched.

use std::collections::{BTreeMap, BTreeSet};

use super::RollbackError;
use super::error::Blocked;
use crate::core::model::Kind;
use crate::core::model::account::{
    Account, DEFAULT_JURISDICTION, Deployment, R2, Seen, Share, Version,
};
use crate::core::plan::{Blocker, Obstacle};
use crate::core::rollback::{Choice, Route, blockers};
use crate::flow::restoration::Place;
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// Stops where something stands in the way that nobody passes on purpose.
pub(super) fn refuse_blocked(route: &Route, force: bool) -> Result<(), RollbackError> {
    let all = route.services.iter();
    let all = all.flat_map(|going| going.blockers.iter().map(move |blocker| (going, blocker)));
    let blocked = all.filter(|(_, blocker)| !(force && blocker.kind.can_be_passed()));
    let blocked: Vec<Blocked> = blocked
        .map(|(going, blocker)| Blocked {
            service: going.planned.service.clone(),
            obstacle: blocker.kind,
            names: blocker.names.clone(),
        })
        .collect();
    if blocked.is_empty() { Ok(()) } else { Err(RollbackError::Blocked(blocked)) }
}

/// What stands in the way of a choice, as the account tells it now.
pub(super) async fn in_the_way(
    place: Place<'_>,
    live: &Deployment,
    choice: &Choice,
) -> Result<Vec<Blocker>, CloudflareError> {
    let Place { cloudflare, account, worker, kind } = place;
    let most = |shares: &[Share]| {
        let most = shares.iter().max_by(|a, b| a.percentage.total_cmp(&b.percentage));
        most.map(|share| share.version_id.clone()).unwrap_or_default()
    };
    let (live, target) = (most(&live.versions), most(&choice.shares));
    if kind == Kind::Pages {
        return pages_in_the_way(place, &target).await;
    }
    let (live, target, deployable) = tokio::join!(
        cloudflare.version(account, worker, &live),
        cloudflare.version(account, worker, &target),
        cloudflare.versions(account, worker),
    );
    let target = target?;
    let resources = resources(cloudflare, account, &target).await;
    // What serves need not be readable for going back from it.
    Ok(blockers(live.ok().as_ref(), &target, &deployable?, &resources))
}

/// Deployments of Pages can be deleted; and what a preview serves, only another preview replaces.
async fn pages_in_the_way(
    Place { cloudflare, account, worker, .. }: Place<'_>,
    target: &str,
) -> Result<Vec<Blocker>, CloudflareError> {
    match cloudflare.pages_deployment(account, worker, target).await {
        Ok(Some(_)) => Ok(Vec::new()),
        Ok(None) | Err(CloudflareError::NotFound(_)) => {
            Ok(vec![Blocker { kind: Obstacle::Pages, names: vec![target.to_owned()] }])
        }
        Err(error) => Err(error),
    }
}

/// The resources of the kinds that a version is bound to. What the token may not see counts as there.
async fn resources(cloudflare: &Cloudflare, id: &str, target: &Version) -> Account {
    let binds = |kind: &str| target.bindings.iter().any(|binding| binding.kind == kind);
    let mut account = Account { id: id.to_owned(), ..Account::default() };
    if binds("kv_namespace")
        && let Ok(namespaces) = cloudflare.kv_namespaces(id).await
    {
        account.kv_namespaces = Seen::Known(namespaces);
    }
    if binds("d1")
        && let Ok(databases) = cloudflare.d1_databases(id).await
    {
        account.d1_databases = Seen::Known(databases);
    }
    if binds("queue")
        && let Ok(queues) = cloudflare.queues(id).await
    {
        account.queues = Seen::Known(queues);
    }
    if binds("r2_bucket") {
        account.r2 =
            Seen::Known(R2 { enabled: true, buckets: buckets(cloudflare, id, target).await });
    }
    account
}

/// The buckets of the jurisdictions in which the version is bound to some.
async fn buckets(
    cloudflare: &Cloudflare,
    account: &str,
    target: &Version,
) -> BTreeMap<String, Seen<Vec<String>>> {
    let bound = target.bindings.iter().filter(|binding| binding.kind == "r2_bucket");
    let places = bound.map(|one| one.bound("jurisdiction").unwrap_or(DEFAULT_JURISDICTION));
    let places: BTreeSet<&str> = places.collect();
    let mut buckets = BTreeMap::new();
    for place in places {
        if let Ok(found) = cloudflare.r2_buckets(account, place).await {
            buckets.insert(place.to_owned(), Seen::Known(found));
        }
    }
    buckets
}
