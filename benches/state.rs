//! How long it takes to read what clodo remembers, after a million deployments. Prints a table;
//! asserts nothing.
//!
//!   cargo run --release --example state [DEPLOYMENTS]

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use clodo::core::model::deployment::{
    Cause, Planned, Progress, Start, State, StepReport, Strategy,
};
use clodo::core::model::journal::{Action, Actor, Chain, Entry, Event, GENESIS};
use clodo::world::store::{DeploymentFilter, Place, Store, StoreError, new_deployment, new_op};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

const RUNS: usize = 5;
const ENVIRONMENTS: [&str; 3] = ["production", "staging", "preview"];
const SERVICES: [&str; 8] = ["api", "web", "jobs", "mail", "auth", "search", "images", "admin"];

/// How many entries `clodo audit verify` reads at once.
const PAGE: u64 = 10_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let count: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("state.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Store::open(&Place::Sqlite(path.clone())))?;
    let started = Instant::now();
    fill(&path, count)?;
    let bytes = std::fs::metadata(&path)?.len();
    println!("{count} deployments, {} MiB, written in {:.0?}\n", bytes >> 20, started.elapsed());
    runtime.block_on(measure(&path))
}

async fn measure(path: &Path) -> Outcome<()> {
    let store = Store::open(&Place::Sqlite(path.to_owned())).await?;
    println!("| reading | rows | median | longest |\n|---|--:|--:|--:|");
    let filter = DeploymentFilter { limit: Some(20), ..DeploymentFilter::default() };
    let text = |text: &str| Some(text.to_owned());
    let last = store.deployments(&filter).await?.remove(0).started_at;
    for (name, filter) in [
        ("history", filter.clone()),
        ("history -e", DeploymentFilter { environment: text("production"), ..filter.clone() }),
        ("history --service", DeploymentFilter { service: text("api"), ..filter.clone() }),
        ("history --state", DeploymentFilter { state: Some(State::Failed), ..filter.clone() }),
        ("history --actor", DeploymentFilter { actor: text("ben"), ..filter.clone() }),
        (
            "history -e --since 7d",
            DeploymentFilter {
                environment: text("production"),
                since: Some(last - SignedDuration::from_hours(7 * 24)),
                ..filter.clone()
            },
        ),
        (
            "metrics: 30 days of production",
            DeploymentFilter {
                environment: text("production"),
                since: Some(last - SignedDuration::from_hours(30 * 24)),
                limit: None,
                ..filter
            },
        ),
    ] {
        timed(name, async || Ok(store.deployments(&filter).await?.len())).await?;
    }
    let (account, environment) = ("acme", "production");
    let good = async || Ok(store.last_good(account, environment, "api", None).await?.iter().len());
    timed("rollback: last good version", good).await?;
    timed("audit verify", async || verify(&store).await).await
}

async fn verify(store: &Store) -> Result<usize, StoreError> {
    let mut chain = Chain::default();
    loop {
        let records = store.records(chain.length, PAGE).await?;
        if records.is_empty() {
            return Ok(usize::try_from(chain.length).unwrap_or_default());
        }
        for record in &records {
            let followed = chain.follow(record);
            followed.map_err(|broken| StoreError::Unreadable(broken.to_string()))?;
        }
    }
}

async fn timed(name: &str, read: impl AsyncFn() -> Result<usize, StoreError>) -> Outcome<()> {
    let (mut times, mut rows) = (Vec::new(), 0);
    for _ in 0..RUNS {
        let started = Instant::now();
        rows = read().await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    println!("| {name} | {rows} | {:.1?} | {:.1?} |", times[RUNS / 2], times[RUNS - 1]);
    Ok(())
}

/// Writes deployments through the triggers, but not each to the disk: that would take a day. One
/// begins every 90 seconds, and each fiftieth fails.
fn fill(path: &Path, count: usize) -> Outcome<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let transaction = connection.transaction()?;
    let insert = "INSERT INTO journal (seq, body, prev, hash) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = transaction.prepare(insert)?;
    let (mut seq, mut head) = (0, GENESIS.to_owned());
    let first: Timestamp = "2023-01-01T00:00:00Z".parse()?;
    for number in 0..count {
        let at = first + SignedDuration::from_secs(90 * i64::try_from(number)?);
        for event in events(number) {
            seq += 1;
            let record = Entry::new(event, seq, at, &head).record();
            statement.execute(params![
                i64::try_from(seq)?,
                record.body,
                record.prev,
                record.hash
            ])?;
            head = record.hash;
        }
    }
    drop(statement);
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

fn events(number: usize) -> [Event; 3] {
    let service = SERVICES[number % SERVICES.len()];
    let (deployment, is_bad) = (new_deployment(), number % 50 == 49);
    let state = if is_bad { State::Failed } else { State::Succeeded };
    let event = |action, from, to, details: Value| Event {
        op: new_op(),
        action,
        actor: Actor {
            id: if number.is_multiple_of(3) { "ana" } else { "ben" }.into(),
            issuer: "github".into(),
            method: "pipeline".into(),
        },
        account: "acme".into(),
        environment: ENVIRONMENTS[number / SERVICES.len() % ENVIRONMENTS.len()].into(),
        deployment: Some(deployment.clone()),
        service: (action == Action::ServiceFinished).then(|| service.to_owned()),
        from,
        to: Some(to),
        fence: None,
        details: details.as_object().cloned().unwrap_or_default(),
    };
    let start = Start {
        cause: Cause {
            commit: Some(format!("{number:040x}")),
            branch: Some("main".into()),
            run_url: Some(format!("https://github.com/acme/shop/actions/runs/{number}")),
            ..Cause::default()
        },
        services: vec![Planned {
            service: service.into(),
            worker: service.into(),
            strategy: Strategy::Staged,
        }],
    };
    let progress = Progress {
        state: Some(state),
        version: Some(format!("{number:032x}")),
        healthy: Some(!is_bad),
        took_ms: Some(7_400),
        ..Progress::default()
    };
    let report = StepReport { progress, ..StepReport::default() };
    [
        event(Action::DeploymentStarted, None, State::Running, json!(start)),
        event(Action::ServiceFinished, Some(State::Running), State::Running, json!(report)),
        event(Action::DeploymentFinished, Some(State::Running), state, json!({})),
    ]
}
