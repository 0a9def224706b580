//! What takes a request for each Worker that is deployed: settings and deployments, and cron
//! triggers where there may be some.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::account::Look;
use crate::core::model::account::{Part, Seen, Worker, WorkersDev};
use crate::world::cloudflare::Cloudflare;

/// What a Worker exports that runs on a cron trigger.
const SCHEDULED: &str = "scheduled";

/// The Workers with their details, those that the services of the run deploy.
pub(super) async fn details(
    client: &Cloudflare,
    account: &str,
    look: Look<'_>,
    workers: Seen<BTreeMap<String, Worker>>,
    workers_dev: Seen<BTreeMap<String, WorkersDev>>,
) -> Seen<BTreeMap<String, Worker>> {
    let Seen::Known(mut workers) = workers else { return workers };
    let deployed = workers.iter_mut().filter_map(|(name, worker)| {
        let has_crons = *look.wanted.workers.get(name)?;
        Some((name, worker, has_crons))
    });
    join_all(deployed.map(async |(name, worker, has_crons)| {
        // Who neither is to have any, nor could run one, has no cron trigger.
        let may_have_crons = has_crons || worker.handlers.iter().any(|name| name == SCHEDULED);
        let crons = async {
            match may_have_crons {
                true => look.at(Part::Crons, client.worker_crons(account, name)).await,
                false => Seen::NotAsked,
            }
        };
        let (settings, deployments, crons) = tokio::join!(
            look.at(Part::Settings, client.worker_settings(account, name)),
            look.at(Part::Deployments, client.worker_deployments(account, name)),
            crons,
        );
        worker.settings = settings;
        worker.deployments = deployments;
        worker.crons = crons;
        worker.workers_dev = state(&workers_dev, name);
    }))
    .await;
    Seen::Known(workers)
}

/// Whether one Worker answers on workers.dev, of the list of all.
fn state(all: &Seen<BTreeMap<String, WorkersDev>>, name: &str) -> Seen<WorkersDev> {
    match all {
        Seen::NotAsked => Seen::NotAsked,
        Seen::Unknown(unseen) => Seen::Unknown(unseen.clone()),
        Seen::Known(states) => states.get(name).map_or(Seen::NotAsked, |state| Seen::Known(*state)),
    }
}
