//! Locks and the queue before them: who gets what, and that nothing is lost.

mod disk;
mod faults;
mod kill;
mod model;
mod plans;
mod queue;
mod taking;
mod turns;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clodo::core::model::Actor;
use clodo::core::model::deployment::{Cause, Planned, Start, State, Strategy};
use clodo::core::model::journal::{Action, Event, Fence};
use clodo::core::model::lock::Info;
use clodo::world::store::{Claim, Database, Row, Store, StoreError, new_op};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value, json};

/// The account of these tests.
const ACCOUNT: &str = "acme";

/// How long a lock lasts here, and how long a request of its holder may be under way.
const LEASE: Duration = Duration::from_secs(90);
const GRACE: Duration = Duration::from_secs(60);

/// What the clock of a database in memory reads at first, in milliseconds.
const BEGIN: u64 = 1_000_000;

/// A database in memory whose clock stands until somebody moves it.
#[derive(Debug)]
struct Memory {
    connection: Mutex<Connection>,
    millis: Arc<AtomicU64>,
}

impl Memory {
    fn new() -> Self {
        let connection = Connection::open_in_memory().expect("a database");
        let millis = Arc::new(AtomicU64::new(BEGIN));
        let clock = Arc::clone(&millis);
        // What the database's clock reads. Half a millisecond more, so that no rounding of the
        // fraction takes one away.
        let julian_day = move |_: &rusqlite::functions::Context<'_>| {
            #[expect(clippy::cast_precision_loss, reason = "the times of a test are small")]
            let millis = clock.load(Ordering::Relaxed) as f64;
            Ok(2_440_587.5 + (millis + 0.5) / 86_400_000.0)
        };
        connection
            .create_scalar_function("julianday", 1, FunctionFlags::SQLITE_UTF8, julian_day)
            .expect("a function");
        Self { connection: Mutex::new(connection), millis }
    }

    fn pass(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).expect("a short time");
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        self.millis.load(Ordering::Relaxed)
    }

    fn set(&self, millis: u64) {
        self.millis.store(millis, Ordering::Relaxed);
    }

    fn execute(&self, sql: &str) {
        let connection = self.connection.lock().expect("nobody panicked");
        connection.execute_batch(sql).expect("a statement");
    }
}

#[async_trait]
impl Database for Memory {
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection.lock().expect("nobody panicked");
        let refused = |error: rusqlite::Error| StoreError::Refused(error.to_string());
        let mut statement = connection.prepare_cached(sql).map_err(refused)?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(params)).map_err(refused)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(refused)? {
            let value = |column| match row.get_unwrap(column) {
                Sql::Integer(number) => number.into(),
                Sql::Real(number) => number.into(),
                Sql::Text(text) => text.into(),
                Sql::Null | Sql::Blob(_) => Value::Null,
            };
            rows.push(Row((0..columns).map(value).collect()));
        }
        Ok(rows)
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

/// A store in memory, and the clock of its database.
async fn memory() -> (Store, Arc<Memory>) {
    let memory = Arc::new(Memory::new());
    let store = Store::on(Arc::clone(&memory) as Arc<dyn Database>).await.expect("a store");
    (store, memory)
}

/// A claim on keys of the account, under an id.
fn claim(op: &str, keys: &[&str]) -> Claim {
    Claim {
        keys: keys.iter().map(|key| format!("{ACCOUNT}/{key}")).collect(),
        op: op.to_owned(),
        holder: format!("holder of {op}"),
        info: Info { run_url: Some(format!("https://ci.example.com/{op}")) },
    }
}

fn actor() -> Actor {
    Actor { id: "ana".into(), issuer: "local".into(), method: "cli".into() }
}

/// An event of a deployment of the service `api` under a lock.
fn event(action: Action, deployment: &str, fence: Option<Fence>) -> Event {
    let (from, to) = match action {
        Action::DeploymentStarted => (None, State::Running),
        Action::DeploymentFinished => (Some(State::Running), State::Succeeded),
        _ => (Some(State::Running), State::Running),
    };
    let service =
        Planned { service: "api".into(), worker: "api".into(), strategy: Strategy::Staged };
    let start = Start { cause: Cause::default(), services: vec![service] };
    let details = match action {
        Action::DeploymentStarted => json!(start),
        _ => json!({}),
    };
    Event {
        op: new_op(),
        action,
        actor: actor(),
        account: ACCOUNT.into(),
        environment: "production".into(),
        deployment: Some(deployment.to_owned()),
        service: None,
        from,
        to: Some(to),
        fence,
        details: details.as_object().expect("an object").clone(),
    }
}
