//! How long it takes to read a journal of many deployments: what `clodo history`, figures about
//! deployments and `clodo audit verify` read. Prints a table; asserts nothing.
//!
//!   cargo run --release --example history [DEPLOYMENTS]
//!
//! The file is filled in one transaction, by the statement and the triggers of the product.

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::{Duration, Instant};

use clodo::core::model::deployment::{Planned, Progress, Start, State, StepReport, Strategy};
use clodo::core::model::journal::{Action, Actor, Entry, Event, GENESIS, Record};
use clodo::flow::audit;
use clodo::world::http::block_on;
use clodo::world::store::{DeploymentFilter, Place, Store};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// Entries of one deployment of one service.
const ENTRIES: u64 = 3;

/// Between two deployments: a million of them take five years.
const APART: Duration = Duration::from_secs(158);

/// How often each reading is timed; the middle counts.
const RUNS: usize = 5;

fn main() {
    let count: u64 =
        std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    let place = Place::Sqlite(path.clone());
    let store = block_on(Store::open(&place)).expect("a runtime").expect("a store");
    let (last, took) = timed(|| fill(&path, count));
    let size = std::fs::metadata(&path).expect("a file").len() / 1_000_000;
    println!("{count} deployments, {} entries, {size} MB, filled in {took:.1?}\n", count * ENTRIES);
    println!("| reading | rows | time |\n|---|--:|--:|");

    let all = DeploymentFilter { limit: Some(20), ..DeploymentFilter::default() };
    let days = |days: u64| Some(last - Duration::from_secs(days * 24 * 60 * 60));
    let every = |since| DeploymentFilter { since, limit: None, ..all.clone() };
    for (what, filter) in [
        ("the newest 20", all.clone()),
        (
            "of an environment",
            DeploymentFilter { environment: Some("staging".into()), ..all.clone() },
        ),
        ("of a service", DeploymentFilter { service: Some("service-7".into()), ..all.clone() }),
        ("of a person", DeploymentFilter { actor: Some("person-7".into()), ..all.clone() }),
        ("that failed", DeploymentFilter { state: Some(State::Failed), ..all.clone() }),
        ("of nobody", DeploymentFilter { actor: Some("nobody".into()), ..all.clone() }),
        ("of 30 days, all", every(days(30))),
        ("of 90 days, all", every(days(90))),
    ] {
        let read = || block_on(store.deployments(&filter)).expect("a runtime").expect("read").len();
        print(what, &read);
    }
    print("the last good version", &|| {
        let good = store.last_good("account", "production", "service-7", None);
        usize::from(block_on(good).expect("a runtime").expect("read").is_some())
    });
    let (verdict, took) = timed(|| block_on(audit::verify(&store, None)).expect("a runtime"));
    let audit::Verdict::Whole(chain) = verdict.expect("read") else {
        panic!("the chain is broken")
    };
    println!("| audit verify | {} | {took:.0?} |", chain.length);
}

fn print(what: &str, read: &dyn Fn() -> usize) {
    let mut times: Vec<(Duration, usize)> = (0..RUNS)
        .map(|_| {
            let (rows, took) = timed(read);
            (took, rows)
        })
        .collect();
    times.sort();
    let (took, rows) = times[RUNS / 2];
    println!("| {what} | {rows} | {took:.1?} |");
}

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = act();
    (result, started.elapsed())
}

/// Fills the journal, and gives the time of its last entry.
fn fill(path: &Path, count: u64) -> Timestamp {
    let mut connection = rusqlite::Connection::open(path).expect("a database");
    let mut at: Timestamp = "2021-11-22T00:00:00Z".parse().expect("a time");
    let (mut seq, mut prev) = (0, GENESIS.to_owned());
    let transaction = connection.transaction().expect("a transaction");
    {
        let insert = "INSERT INTO journal (seq, body, prev, hash) \
            VALUES (json_extract(?1, '$.seq'), ?1, ?2, ?3)";
        let mut insert = transaction.prepare(insert).expect("a statement");
        for number in 0..count {
            at += APART;
            for event in deployment(number) {
                seq += 1;
                let entry = Entry::new(event, seq, at, &prev);
                let Record { body, prev: link, hash, .. } = entry.record();
                insert.execute([&body, &link, &hash]).expect("an entry");
                prev = hash;
            }
        }
    }
    transaction.commit().expect("committed");
    at
}

/// What is written of one deployment.
fn deployment(number: u64) -> [Event; 3] {
    let service = format!("service-{}", number % 50);
    let state = if number % 20 == 7 { State::Failed } else { State::Succeeded };
    let planned =
        Planned { service: service.clone(), worker: service.clone(), strategy: Strategy::Staged };
    let start = Start { services: vec![planned], ..Start::default() };
    let progress = Progress {
        state: Some(state),
        version: Some(format!("{number:032x}")),
        healthy: Some(state == State::Succeeded),
        took_ms: Some(12_345),
        ..Progress::default()
    };
    let report = StepReport { progress, ..StepReport::default() };
    let event = |step: u64, action, details: Value| Event {
        op: format!("{:026}", number * ENTRIES + step),
        action,
        actor: Actor {
            id: format!("person-{}", number % 30),
            issuer: "github".into(),
            method: "pipeline".into(),
        },
        account: "account".into(),
        environment: if number.is_multiple_of(3) { "production" } else { "staging" }.into(),
        deployment: Some(format!("d-{number:026}")),
        service: None,
        from: Some(State::Running),
        to: Some(State::Running),
        fence: None,
        details: details.as_object().cloned().unwrap_or_default(),
    };
    [
        Event { from: None, ..event(0, Action::DeploymentStarted, json(start)) },
        Event { service: Some(service), ..event(1, Action::ServiceFinished, json(report)) },
        Event { to: Some(state), ..event(2, Action::DeploymentFinished, Value::Null) },
    ]
}

fn json(details: impl Serialize) -> Value {
    serde_json::to_value(details).expect("plain data")
}
