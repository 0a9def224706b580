//! What no version has goes back with the command: routes, domains, crons, consumers of queues.

use clodo::core::model::account::Consumer;
use clodo::core::model::deployment::{Base, BaseConsumer};
use reqwest::Method;
use serde_json::{Value, json};

use super::record::{Was, addressed, deployed};
use super::{BACK, Ended, clodo, deploy, serving, tree, upload, whole};
use crate::sandbox::Stand;

const SEED: &str = "
zones: [{ name: example.com }]
workers:
  - { name: api, routes: [example.com/api/*], domains: [api.example.com], crons: ['0 * * * *'] }
  - { name: other }
resources:
  queues:
    - { name: jobs, consumers: [{ worker: api, dead-letter-queue: dead }] }
    - { name: mails, consumers: [{ worker: api }] }
    - { name: dead }
";

/// What the account has of the Worker before a deployment.
fn before(stand: &Stand, version: &str) -> Base {
    let state = stand.sandbox.state();
    let queues = state.queues.queues.iter().filter(|queue| !queue.consumers.is_empty());
    let consumer = |dead: Option<&String>| Consumer {
        kind: "worker".into(),
        script: Some("api".into()),
        dead_letter_queue: dead.cloned(),
        ..Consumer::default()
    };
    Base {
        crons: Some(vec!["0 * * * *".into()]),
        consumers: Some(
            queues
                .map(|queue| BaseConsumer {
                    queue: queue.id.clone(),
                    name: queue.name.clone(),
                    consumer: consumer(queue.consumers[0].dead_letter_queue.as_ref()),
                })
                .collect(),
        ),
        ..addressed(stand, version)
    }
}

/// A bad deployment that changed all of it, taken back after `meanwhile`.
fn taken_back(stand: &Stand, meanwhile: impl Fn(&Stand)) -> Ended {
    let tree = tree(&["api"]);
    let good = stand.script("api").versions[0].id.clone();
    let before = before(stand, &good);
    let bad = upload(stand, "api", 500, &[]);
    for version in [&good, &bad] {
        deploy(stand, "api", version, "deployed");
        let was = Was { service: "api", version, before: before.clone(), ..Was::default() };
        deployed(stand, &tree.path(), ("", "4be21c7"), &[was]);
    }
    let state = stand.sandbox.state();
    let zone = &state.zones.0[0];
    let ask = |method, path: &str, body: Option<Value>| {
        let (status, answer) = stand.ask(method, path, body.as_ref());
        assert_eq!(status, 200, "{path}: {answer}");
    };
    let route = format!("/zones/{}/workers/routes/{}", zone.id, zone.routes[0].id);
    ask(Method::DELETE, &route, None);
    let crons = "/accounts/{account}/workers/scripts/api/schedules";
    ask(Method::PUT, crons, Some(json!([{ "cron": "5 * * * *" }])));
    let consumers = |name: &str| {
        let queue = state.queues.by_name(name).expect("a queue");
        let path = format!("/accounts/{{account}}/queues/{}/consumers", queue.id);
        let first = queue.consumers.first().map(|one| format!("{path}/{}", one.consumer_id));
        (path, first.unwrap_or_default())
    };
    let hasty =
        json!({ "type": "worker", "script_name": "api", "settings": { "batch_size": 100 } });
    ask(Method::PUT, &consumers("jobs").1, Some(hasty.clone()));
    ask(Method::DELETE, &consumers("mails").1, None);
    ask(Method::POST, &consumers("dead").0, Some(hasty));
    meanwhile(stand);
    let back = clodo(stand, &tree.path(), BACK);
    assert_eq!(serving(stand, "api"), whole(&good));
    back
}

#[test]
fn routes_crons_and_consumers_are_as_before() {
    let stand = Stand::seeded(SEED);
    let back = taken_back(&stand, |_| {});
    assert_eq!(back.code, 0, "{back:?}");
    let mut parts: Vec<String> =
        serde_json::from_value(back.json()["services"][0]["restored"].clone()).expect("a list");
    parts.sort();
    assert_eq!(
        parts,
        [
            "consumer of jobs",
            "consumer of mails",
            "crons 0 * * * *",
            "no consumer of dead",
            "route example.com/api/*",
        ]
    );
    let state = stand.sandbox.state();
    assert_eq!(state.zones.0[0].routes[0].script.as_deref(), Some("api"));
    assert_eq!(stand.script("api").schedules[0].cron, "0 * * * *");
    let consumer = |name: &str| state.queues.by_name(name).expect("a queue").consumers.first();
    let jobs = consumer("jobs").expect("a consumer");
    assert_eq!((jobs.dead_letter_queue.as_deref(), jobs.settings.len()), (Some("dead"), 0));
    assert_eq!(consumer("mails").and_then(|one| one.script_name.as_deref()), Some("api"));
    assert!(consumer("dead").is_none());
}

#[test]
fn what_others_took_over_is_left_to_them_and_needs_a_person() {
    let stand = Stand::seeded(SEED);
    let back = taken_back(&stand, |stand| {
        let state = stand.sandbox.state();
        let zone = &state.zones.0[0].id;
        let domain = json!({
            "hostname": "api.example.com", "service": "other", "zone_id": zone,
            "environment": "production",
        });
        stand.ask(Method::PUT, "/accounts/{account}/workers/domains", Some(&domain));
        let mails = &state.queues.by_name("mails").expect("a queue").id;
        let path = format!("/accounts/{{account}}/queues/{mails}/consumers");
        let taken = json!({ "type": "http_pull" });
        assert_eq!(stand.ask(Method::POST, &path, Some(&taken)).0, 200);
    });
    assert_eq!(back.code, 6, "{back:?}");
    let seen = back.json();
    assert_eq!(seen["state"], "needs-person", "{seen:#}");
    let error = seen["services"][0]["error"].as_str().unwrap_or_default();
    for said in [
        "the versions of before serve again",
        "custom domains (api.example.com leads to other now)",
        "consumers (http_pull consumes mails now)",
    ] {
        assert!(error.contains(said), "{said}: {error}");
    }
    let state = stand.sandbox.state();
    assert_eq!(state.workers.domains[0].service, "other");
    assert_eq!(stand.script("api").schedules[0].cron, "0 * * * *", "the rest is back");
}
