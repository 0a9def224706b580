//! What serves before a deployment, as far as it would have to be put back.

use serde_json::{Value, json};

use crate::core::model::account::{Account, Deployment, Queue, Worker, observability_off};
use crate::core::model::deployment::{Base, BaseConsumer, BaseDomain, BaseRoute};

/// What of an account concerns a Worker. `active` is the deployment that serves, asked for anew; the
/// rest is of the picture of the account.
pub(super) fn base(account: &Account, name: &str, active: Option<&Deployment>) -> Base {
    let worker = account.workers.known().and_then(|workers| workers.get(name));
    let zones = account.zones.known();
    let routes = zones.map(|zones| {
        let of = |zone: &crate::core::model::account::Zone| {
            let routes = zone.routes.known().map(Vec::as_slice).unwrap_or_default().iter();
            let ours = routes.filter(|route| route.script.as_deref() == Some(name));
            let base = |route: &crate::core::model::account::ZoneRoute| BaseRoute {
                id: route.id.clone(),
                zone: zone.id.clone(),
                pattern: route.pattern.clone(),
            };
            ours.map(base).collect::<Vec<_>>()
        };
        zones.iter().flat_map(of).collect()
    });
    let domains = account.custom_domains.known().map(|domains| {
        let ours = domains.iter().filter(|domain| domain.service == name);
        let base = |domain: &crate::core::model::account::CustomDomain| BaseDomain {
            hostname: domain.hostname.clone(),
            zone: domain.zone_id.clone(),
            environment: "production".to_owned(),
        };
        ours.map(base).collect()
    });
    Base {
        deployment: active.map(|active| active.id.clone()),
        versions: active.map(Deployment::serving).unwrap_or_default(),
        routes,
        domains,
        crons: worker.and_then(|worker| worker.crons.known().cloned()),
        workers_dev: worker.and_then(|worker| worker.workers_dev.known().copied()),
        settings: worker.map(settings),
        consumers: account.queues.known().map(|queues| consumers(queues, name)),
    }
}

/// What a Pages project goes back to is a deployment, and nothing beside it.
pub(super) fn only_versions(active: Option<Deployment>) -> Base {
    let Some(active) = active else { return Base::default() };
    Base { deployment: Some(active.id), versions: active.versions, ..Base::default() }
}

/// The queues that a Worker takes messages from.
fn consumers(queues: &[Queue], name: &str) -> Vec<BaseConsumer> {
    let of = |queue: &Queue| {
        let consumer = queue.consumers.iter().find(|one| one.script.as_deref() == Some(name))?;
        let (id, named) = (queue.id.clone(), queue.name.clone());
        Some(BaseConsumer { queue: id, name: named, consumer: consumer.clone() })
    };
    queues.iter().filter_map(of).collect()
}

/// The settings beside the version, as the API takes them.
fn settings(worker: &Worker) -> Value {
    let consumers: Vec<Value> =
        worker.tail_consumers.iter().map(|name| json!({ "service": name })).collect();
    json!({
        "logpush": worker.logpush,
        // What was never set is off, and has to be said: the API leaves alone what is not.
        "observability": worker.observability.clone().unwrap_or_else(observability_off),
        "tail_consumers": consumers,
        "tags": worker.tags,
    })
}
