//! What takes a request for each Worker that is deployed: settings and deployments; cron triggers
//! where there may be some, and versions where a pipeline edits secrets.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::account::Look;
use crate::core::model::account::{Deployment, Part, Seen, Settings, Worker, WorkersDev};
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// What a Worker exports that runs on a cron trigger.
const SCHEDULED: &str = "scheduled";

/// Up to how many Workers of others are asked for their cron triggers, which count against one limit
/// of the account. Where there are more, the sum is a lower bound.
const OTHERS: usize = 50;

/// Up to how many Workers are asked about before it is known whether they exist. It saves the time of
/// a request, and costs two for each that does not.
const AHEAD: usize = 16;

/// What is asked of every Worker that is deployed.
#[derive(Debug)]
pub(super) struct Asked {
    settings: Seen<Settings>,
    deployments: Seen<Vec<Deployment>>,
}

async fn ask(client: &Cloudflare, account: &str, look: Look<'_>, name: &str) -> Asked {
    let (settings, deployments) = tokio::join!(
        look.at(Part::Settings, client.worker_settings(account, name)),
        look.at(Part::Deployments, client.worker_deployments(account, name)),
    );
    Asked { settings, deployments }
}

/// What is asked of the Workers that are deployed, by name, where they are few. Those that do not
/// exist are among them.
pub(super) async fn ahead(
    client: &Cloudflare,
    account: &str,
    look: Look<'_>,
) -> BTreeMap<String, Asked> {
    let names = look.wanted.workers.keys();
    if names.len() > AHEAD {
        return BTreeMap::new();
    }
    let asks = names.map(async |name| (name.clone(), ask(client, account, look, name).await));
    join_all(asks).await.into_iter().collect()
}

/// The Workers with their details, those that the services of the run deploy.
pub(super) async fn details(
    client: &Cloudflare,
    account: &str,
    look: Look<'_>,
    workers: Seen<BTreeMap<String, Worker>>,
    workers_dev: Seen<BTreeMap<String, WorkersDev>>,
    mut ahead: BTreeMap<String, Asked>,
) -> Seen<BTreeMap<String, Worker>> {
    let Seen::Known(mut workers) = workers else { return workers };
    let wanted = &look.wanted.workers;
    let (deployed, mut others): (Vec<_>, Vec<_>) =
        workers.iter_mut().partition(|(name, _)| wanted.contains_key(*name));
    others.retain(|(_, worker)| worker.handlers.iter().any(|name| name == SCHEDULED));
    if others.len() > OTHERS || !wanted.values().any(|has_crons| *has_crons) {
        others.clear();
    }
    let crons = others.into_iter().map(async |(name, worker)| {
        worker.crons = look.at(Part::Crons, client.worker_crons(account, name)).await;
    });
    let deployed = deployed.into_iter().filter_map(|(name, worker)| {
        let has_crons = *wanted.get(name)?;
        Some((name, worker, has_crons, ahead.remove(name)))
    });
    let details = join_all(deployed.map(async |(name, worker, has_crons, asked)| {
        // Who neither is to have any, nor could run one, has no cron trigger.
        let may_have_crons = has_crons || worker.handlers.iter().any(|name| name == SCHEDULED);
        let crons = async {
            match may_have_crons {
                true => look.at(Part::Crons, client.worker_crons(account, name)).await,
                false => Seen::NotAsked,
            }
        };
        let versions = async {
            match look.wanted.secrets.contains(name) {
                true => look.at(Part::Versions, versions(client, account, name)).await,
                false => Seen::NotAsked,
            }
        };
        let asked = async {
            match asked {
                Some(asked) => asked,
                None => ask(client, account, look, name).await,
            }
        };
        let (asked, versions, crons) = tokio::join!(asked, versions, crons);
        worker.settings = asked.settings;
        worker.deployments = asked.deployments;
        worker.versions = versions;
        worker.crons = crons;
        worker.workers_dev = state(&workers_dev, name);
    }));
    tokio::join!(details, join_all(crons));
    Seen::Known(workers)
}

/// The ids of the last versions of a Worker, the newest first.
async fn versions(
    client: &Cloudflare,
    account: &str,
    worker: &str,
) -> Result<Vec<String>, CloudflareError> {
    let versions = client.versions(account, worker).await?;
    Ok(versions.into_iter().map(|version| version.id).collect())
}

/// Whether one Worker answers on workers.dev, of the list of all.
fn state(all: &Seen<BTreeMap<String, WorkersDev>>, name: &str) -> Seen<WorkersDev> {
    match all {
        Seen::NotAsked => Seen::NotAsked,
        Seen::Unknown(unseen) => Seen::Unknown(unseen.clone()),
        Seen::Known(states) => states.get(name).map_or(Seen::NotAsked, |state| Seen::Known(*state)),
    }
}
