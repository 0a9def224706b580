//! What was live before is put back, and a lost answer is no reason to guess.

use clodo::core::model::Kind;
use clodo::core::model::account::{Share, WorkersDev};
use clodo::core::model::deployment::{Base, BaseDomain};
use clodo::flow::restoration::{Place, RestoreError, restore};
use clodo::server::sandbox::faults::{Fault, What};
use reqwest::Method;
use serde_json::json;

use super::record::{addressed, base};
use super::{cloudflare, deploy, serving, upload, whole};
use crate::sandbox::Stand;

const MESSAGE: &str = "clodo:d-01JD:118 back";

/// Restores, and looks nowhere else.
fn restored(stand: &Stand, worker: &str, before: &Base) -> Result<Vec<String>, RestoreError> {
    let (client, account) = (cloudflare(stand), stand.account());
    let place = Place { cloudflare: &client, account: &account, worker, kind: Kind::Worker };
    let restore = restore(place, before, MESSAGE);
    stand.runtime.block_on(restore).map(|restored| restored.parts)
}

#[test]
fn everything_is_as_it_was() {
    let stand = Stand::seeded(
        "zones: [{ name: example.com }, { name: example.org }]\n\
         workers: [{ name: api, routes: [example.com/api/*], domains: [api.example.com],\
         crons: ['0 * * * *'], workers-dev: true, logpush: true }, { name: other }]",
    );
    let state = stand.sandbox.state();
    let zone = &state.zones.0[0];
    let old = stand.script("api").versions[0].id.clone();
    let before = Base {
        crons: Some(vec!["0 * * * *".into()]),
        workers_dev: Some(WorkersDev { enabled: true, previews_enabled: true }),
        settings: Some(json!({ "logpush": true, "tags": ["a"] })),
        ..addressed(&stand, &old)
    };
    // A deployment that changes all of it.
    let new = upload(&stand, "api", 500, &[]);
    deploy(&stand, "api", &new, "worse");
    let other = state.zones.0[1].id.clone();
    let route = format!("/zones/{}/workers/routes/{}", zone.id, zone.routes[0].id);
    stand.ask(Method::DELETE, &route, None);
    let wrong = json!({ "pattern": "example.org/*", "script": "api" });
    stand.ask(Method::POST, &format!("/zones/{other}/workers/routes"), Some(&wrong));
    let domain = state.workers.domains[0].id.clone();
    stand.ask(Method::DELETE, &format!("/accounts/{{account}}/workers/domains/{domain}"), None);
    let of = |what: &str| format!("/accounts/{{account}}/workers/scripts/api/{what}");
    stand.ask(Method::PUT, &of("schedules"), Some(&json!([])));
    let off = json!({ "enabled": false, "previews_enabled": false });
    stand.ask(Method::POST, &of("subdomain"), Some(&off));
    let off = json!({ "logpush": false, "tags": [] });
    stand.ask(Method::PATCH, &of("script-settings"), Some(&off));

    let mut parts = restored(&stand, "api", &before).expect("it is restored");
    // Zones come in the order of their ids.
    parts[..2].sort();
    assert_eq!(
        parts,
        [
            "no route example.org/*",
            "route example.com/api/*",
            "custom domain api.example.com",
            "crons 0 * * * *",
            "workers.dev on, previews on",
            "settings logpush, tags",
        ]
    );
    assert_eq!(serving(&stand, "api"), whole(&old));
    let state = stand.sandbox.state();
    assert_eq!(state.zones.0[0].routes[0].script.as_deref(), Some("api"));
    assert!(state.zones.0[1].routes.is_empty());
    assert_eq!(state.workers.domains[0].service, "api");
    let api = stand.script("api");
    assert_eq!((&*api.schedules[0].cron, api.logpush, &*api.tags[0]), ("0 * * * *", true, "a"));
    assert!(api.subdomain.enabled && api.subdomain.previews_enabled);
    assert_eq!(restored(&stand, "api", &before).expect("again"), <[&str; 0]>::default());
    assert_eq!(stand.script("api").deployments.len(), 3, "and nothing was deployed for it");
}

#[test]
fn a_split_comes_back_as_a_split() {
    let stand = Stand::seeded("workers: [{ name: api, split: [90, 10] }]");
    let split: Vec<(String, f64)> = serving(&stand, "api");
    let shares =
        split.iter().map(|(id, share)| Share { version_id: id.clone(), percentage: *share });
    let before = Base { versions: shares.collect(), ..Base::default() };
    let new = upload(&stand, "api", 500, &[]);
    deploy(&stand, "api", &new, "worse");
    restored(&stand, "api", &before).expect("it is restored");
    assert_eq!(serving(&stand, "api"), split);
}

#[test]
fn what_leads_to_another_worker_by_now_is_left_to_it() {
    let stand = Stand::seeded(
        "zones: [{ name: example.com }]\n\
         workers: [{ name: api }, { name: other, domains: [api.example.com] }]",
    );
    let old = stand.script("api").versions[0].id.clone();
    let zone = stand.sandbox.state().zones.0[0].id.clone();
    let domain =
        BaseDomain { hostname: "api.example.com".into(), zone, environment: "production".into() };
    let before = Base { domains: Some(vec![domain]), ..base(&old) };
    let error = restored(&stand, "api", &before).expect_err("it is not all as it was");
    assert!(error.serves());
    assert!(error.to_string().contains("api.example.com leads to other now"), "{error}");
    assert_eq!(stand.sandbox.state().workers.domains[0].service, "other");
}

#[test]
fn a_lost_answer_is_looked_for_and_nothing_is_sent_twice() {
    let stand = Stand::seeded("workers: [{ name: api }]");
    let old = stand.script("api").versions[0].id.clone();
    let new = upload(&stand, "api", 500, &[]);
    deploy(&stand, "api", &new, "worse");
    let drop = Fault::always(What::DropReply).at("POST", "*/deployments");
    stand.sandbox.faults.add(Fault { times: Some(1), ..drop });
    restored(&stand, "api", &base(&old)).expect("it is found");
    assert_eq!(serving(&stand, "api"), whole(&old));
    assert_eq!(stand.script("api").deployments.len(), 3);
}

#[test]
fn there_is_nothing_to_go_back_to_before_the_first_deployment() {
    let stand = Stand::new();
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "first");
    let error = restored(&stand, "api", &Base::default()).expect_err("nothing was live");
    assert!(matches!(error, RestoreError::Nothing));
    assert_eq!(serving(&stand, "api"), whole(&version));
}
