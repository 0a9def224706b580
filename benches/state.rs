//! How long it takes to read what clodo remembers, after a million deployments. Prints a table;
//! asserts nothing.
//!
//!   cargo run --release --example state [DEPLOYMENTS] [FILE]
//!
//! A FILE is kept, and measured again where it is there: writing it takes longer than all the rest.

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clodo::core::model::Actor;
use clodo::core::model::account::Share;
use clodo::core::model::deployment::{
    Base, BaseRoute, Cause, Code, Planned, Progress, Start, State, Step, StepReport, Strategy,
};
use clodo::core::model::journal::{Action, Chain, Entry, Event, Fence, GENESIS, Record};
use clodo::core::model::lock::key;
use clodo::flow::audit::{Verdict, verify};
use clodo::world::store::{DeploymentFilter, Place, Store, StoreError, new_deployment, new_op};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

const RUNS: usize = 5;
const ENVIRONMENTS: [&str; 3] = ["production", "staging", "preview"];
const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

/// The number of every lock: the time of one, in milliseconds.
const TOKEN: i64 = 1_790_000_000_000;

const SERVICES: [&str; 8] = ["api", "web", "jobs", "mail", "auth", "search", "images", "admin"];

/// How many entries are read at once where the parts of a verification are measured.
const PAGE: u64 = 10_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let path = args.next().map_or_else(|| folder.path().join("state.db"), PathBuf::from);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if !path.exists() {
        runtime.block_on(Store::open(&Place::Sqlite(path.clone())))?;
        let started = Instant::now();
        fill(&path, count)?;
        println!("written in {:.0?}", started.elapsed());
    }
    let (bytes, count) = (std::fs::metadata(&path)?.len(), deployments(&path)?);
    let each = bytes / count.max(1);
    println!("{count} deployments, {} MiB, {each} bytes each\n", bytes >> 20);
    runtime.block_on(measure(&path))
}

/// How many deployments a file has.
fn deployments(path: &Path) -> Outcome<u64> {
    let count = "SELECT count(*) FROM deployments";
    let count: i64 = Connection::open(path)?.query_row(count, [], |row| row.get(0))?;
    Ok(u64::try_from(count)?)
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
    let good = async || {
        Ok(store.last_good(ACCOUNT, "production", "api-production", &[]).await?.iter().len())
    };
    timed("rollback: last good version", good).await?;
    timed("audit verify", async || match verify(&store, None).await {
        Ok(Verdict::Whole(chain)) => Ok(usize::try_from(chain.length).unwrap_or_default()),
        other => Err(StoreError::Unreadable(format!("{other:?}"))),
    })
    .await?;
    parts(path, &store).await
}

/// What a verification takes in parts: the file read by SQLite, entries read by the store, and
/// hashes.
async fn parts(path: &Path, store: &Store) -> Outcome<()> {
    let connection = Connection::open(path)?;
    let all = "SELECT count(*), sum(length(body) + length(prev) + length(hash)) FROM journal";
    let started = Instant::now();
    let (count, bytes): (i64, i64) =
        connection.query_row(all, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let took = started.elapsed();
    println!(
        "\n{count} entries of {} bytes, read by SQLite alone in {took:.1?}",
        bytes / count.max(1)
    );
    let (mut reading, mut hashing) = (Duration::ZERO, Duration::ZERO);
    let mut chain = Chain::default();
    loop {
        let started = Instant::now();
        let records = store.records(chain.length, PAGE).await?;
        reading += started.elapsed();
        if records.is_empty() {
            break;
        }
        let started = Instant::now();
        for record in &records {
            chain.follow(record)?;
        }
        hashing += started.elapsed();
    }
    println!("one after the other: {reading:.1?} for reading, {hashing:.1?} for hashes");
    Ok(())
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

/// How many deployments are written at once.
const BATCH: usize = 10_000;

/// Writes deployments through the triggers, but not each to the disk: that would take a day. One
/// begins every 90 seconds, and each fiftieth fails.
fn fill(path: &Path, count: usize) -> Outcome<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    // What does not fit is written again and again: 256 MiB.
    connection.pragma_update(None, "cache_size", -262_144)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    for environment in ENVIRONMENTS {
        let lock = "INSERT INTO locks (key, token, op, holder, since_ms, expires_ms, quiet_ms) \
            VALUES (?1, ?2, 'op', 'ben', 0, 0, 0)";
        connection.execute(lock, params![key(ACCOUNT, environment, None), TOKEN])?;
    }
    let (mut seq, mut head) = (0, GENESIS.to_owned());
    let first: Timestamp = "2023-01-01T00:00:00Z".parse()?;
    for batch in (0..count).step_by(BATCH) {
        let transaction = connection.transaction()?;
        let insert = "INSERT INTO journal (seq, body, prev, hash) VALUES (?1, ?2, ?3, ?4)";
        let mut statement = transaction.prepare_cached(insert)?;
        for number in batch..count.min(batch + BATCH) {
            let at = first + SignedDuration::from_secs(90 * i64::try_from(number)?);
            for event in events(number) {
                seq += 1;
                let Record { body, prev, hash, .. } = Entry::new(event, seq, at, &head).record();
                statement.execute(params![i64::try_from(seq)?, body, prev, hash])?;
                head = hash;
            }
        }
        drop(statement);
        transaction.commit()?;
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// What a deployment of one service by `wrangler deploy` writes down.
fn events(number: usize) -> [Event; 5] {
    let service = SERVICES[number % SERVICES.len()];
    let environment = ENVIRONMENTS[number / SERVICES.len() % ENVIRONMENTS.len()];
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
        account: ACCOUNT.into(),
        environment: environment.into(),
        deployment: Some(deployment.clone()),
        service: details.get("progress").is_some().then(|| service.to_owned()),
        from,
        to: Some(to),
        fence: Some(Fence { key: key(ACCOUNT, environment, None), token: TOKEN.unsigned_abs() }),
        details: details.as_object().cloned().unwrap_or_default(),
    };
    let start = Start {
        cause: Cause {
            commit: Some(format!("{number:040x}")),
            branch: Some("main".into()),
            run_url: Some(format!("https://github.com/acme/shop/actions/runs/{number}")),
            plan: Some(format!("{number:064x}")),
            ..Cause::default()
        },
        services: vec![Planned {
            service: service.into(),
            worker: format!("{service}-{environment}"),
            strategy: Strategy::Direct,
        }],
    };
    let id = |number: usize| {
        format!("{number:08x}-0000-4000-8000-{:012x}", number.wrapping_mul(0x9e37_79b9))
    };
    let before = Base {
        deployment: Some(id(number + 1)),
        versions: vec![Share { version_id: id(number + 2), percentage: 100.0 }],
        routes: Some(vec![BaseRoute {
            id: format!("{number:032x}"),
            zone: format!("{:032x}", 7),
            pattern: format!("{service}.example.com/*"),
        }]),
        domains: Some(Vec::new()),
        crons: Some(vec!["0 * * * *".into()]),
        settings: Some(json!({
            "logpush": false, "tail_consumers": [], "tags": [], "observability": { "enabled": true }
        })),
        ..Base::default()
    };
    let code = Code {
        digest: format!("{number:064x}"),
        raw_bytes: 412_000,
        gzip_bytes: 98_000,
        bundle: Some(format!("{number:064x}")),
        ..Code::default()
    };
    let version = (!is_bad).then(|| id(number));
    let report = |step, progress| json!(StepReport { step, progress, ..StepReport::default() });
    let began =
        Progress { state: Some(State::Running), before: Some(before), ..Progress::default() };
    let done = Progress {
        version: version.clone(),
        cloudflare_deployment: version.clone(),
        code: Some(code),
        ..Progress::default()
    };
    let ended = Progress {
        state: Some(state),
        version,
        healthy: Some(!is_bad),
        took_ms: Some(7_400),
        ..Progress::default()
    };
    let after = if is_bad { Action::StepFailed } else { Action::StepDone };
    let running = Some(State::Running);
    [
        event(Action::DeploymentStarted, None, State::Running, json!(start)),
        event(Action::StepStarted, running, State::Running, report(Some(Step::Deploy), began)),
        event(after, running, State::Running, report(Some(Step::Deploy), done)),
        event(Action::ServiceFinished, running, State::Running, report(None, ended)),
        event(Action::DeploymentFinished, running, state, json!({})),
    ]
}
