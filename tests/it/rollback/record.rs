//! A record as `clodo deploy` writes it.

use std::path::Path;
use std::time::Duration;

use clodo::core::model::Actor;
use clodo::core::model::account::Share;
use clodo::core::model::deployment::{
    Base, BaseDomain, BaseRoute, Cause, Code, Planned, Progress, Start, State, StepReport, Strategy,
};
use clodo::core::model::journal::{Action, Event};
use clodo::core::model::lock::{self, Info};
use clodo::world::http::block_on;
use clodo::world::store::{Claim, Place, Store, new_deployment, new_op};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{deploy, upload};
use crate::sandbox::Stand;

/// What one service of a deployment came to.
#[derive(Default)]
pub(super) struct Was<'a> {
    pub(super) service: &'a str,
    pub(super) version: &'a str,
    pub(super) before: Base,
    pub(super) healthy: Option<bool>,
    /// The bookmark from before, of a database by its id.
    pub(super) bookmark: Option<(&'a str, String)>,
}

/// A base of which the version alone is known.
pub(super) fn base(version: &str) -> Base {
    let share = Share { version_id: version.to_owned(), percentage: 100.0 };
    Base { versions: vec![share], ..Base::default() }
}

/// The same with the first route and the first custom domain of the account.
pub(super) fn addressed(stand: &Stand, version: &str) -> Base {
    let state = stand.sandbox.state();
    let (zone, domain) = (&state.zones.0[0], &state.workers.domains[0]);
    let route = BaseRoute {
        id: zone.routes[0].id.clone(),
        zone: zone.id.clone(),
        pattern: zone.routes[0].pattern.clone(),
    };
    let domain = BaseDomain {
        hostname: domain.hostname.clone(),
        zone: zone.id.clone(),
        environment: "production".into(),
    };
    Base { routes: Some(vec![route]), domains: Some(vec![domain]), ..base(version) }
}

pub(super) fn store(root: &Path) -> Store {
    let place = Place::Sqlite(root.join(".clodo/state.db"));
    block_on(Store::open(&place)).expect("a runtime").expect("a store")
}

/// Lets somebody else take the lock of the environment, and gives the name of who has it.
pub(super) fn taken_by_another(stand: &Stand, record: &Store) -> String {
    let claim = Claim {
        keys: vec![lock::key(&stand.account(), "", None)],
        op: "d-other".into(),
        holder: "ben".into(),
        info: Info::default(),
    };
    let taken = record.acquire(&claim, Duration::from_secs(600), Duration::ZERO);
    assert!(block_on(taken).expect("a runtime").expect("a store").is_some());
    claim.op
}

fn table(details: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(details) {
        Ok(Value::Object(table)) => table,
        _ => panic!("a table"),
    }
}

/// Writes down a deployment that is over. Answers its id.
pub(super) fn deployed(
    stand: &Stand,
    root: &Path,
    (environment, commit): (&str, &str),
    services: &[Was<'_>],
) -> String {
    let store = store(root);
    let id = new_deployment();
    let event = |action, service: Option<&str>, (from, to), details| Event {
        op: new_op(),
        action,
        actor: Actor { id: "ben".into(), issuer: "github".into(), method: "pipeline".into() },
        account: stand.account(),
        environment: environment.to_owned(),
        deployment: Some(id.clone()),
        service: service.map(str::to_owned),
        from,
        to,
        fence: None,
        details,
    };
    let planned = |was: &Was<'_>| Planned {
        service: was.service.to_owned(),
        worker: was.service.to_owned(),
        strategy: Strategy::Direct,
    };
    let start = Start {
        cause: Cause { commit: Some(commit.to_owned()), ..Cause::default() },
        services: services.iter().map(planned).collect(),
    };
    let running = Some(State::Running);
    let mut events = vec![event(Action::DeploymentStarted, None, (None, running), table(&start))];
    for was in services {
        let progress = Progress {
            state: Some(State::Succeeded),
            before: Some(was.before.clone()),
            version: Some(was.version.to_owned()),
            code: Some(Code {
                digest: "c0de".repeat(16),
                raw_bytes: 1,
                gzip_bytes: 1,
                ..Code::default()
            }),
            healthy: was.healthy,
            bookmarks: was.bookmark.iter().map(|(id, at)| ((*id).into(), at.clone())).collect(),
            ..Progress::default()
        };
        let report = table(&StepReport { progress, ..StepReport::default() });
        let change = (running, running);
        events.push(event(Action::ServiceFinished, Some(was.service), change, report));
    }
    let change = (running, Some(State::Succeeded));
    events.push(event(Action::DeploymentFinished, None, change, Map::new()));
    for event in events {
        block_on(store.append(&event)).expect("a runtime").expect("it is written");
    }
    id
}

/// Two deployments of the same services; the second one serves, and answers 500. Answers their
/// versions.
pub(super) fn good_and_bad<const N: usize>(
    stand: &Stand,
    root: &Path,
    names: [&str; N],
) -> ([String; N], [String; N]) {
    let good = names.map(|name| upload(stand, name, 200, &[]));
    let bad = names.map(|name| upload(stand, name, 500, &[]));
    for versions in [&good, &bad] {
        let all = names.iter().zip(versions).zip(&good);
        let was = all.map(|((service, version), before)| {
            deploy(stand, service, version, "deployed");
            Was { service, version, before: base(before), healthy: Some(true), ..Was::default() }
        });
        let was: Vec<Was<'_>> = was.collect();
        deployed(stand, root, ("", "4be21c7"), &was);
    }
    (good, bad)
}
