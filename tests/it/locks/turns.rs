//! Waiting for one's turn, and keeping what one has.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clodo::core::model::lock::Mode;
use clodo::flow::turn::{Manner, TurnError, Wait, take};
use clodo::world::store::{Claim, Database, Lost, Row, Store, StoreError, Terms};

use super::{GRACE, LEASE, Memory, actor, claim, memory};

/// Long enough for a loaded machine.
const LONG: Duration = Duration::from_secs(30);

fn waiting(mode: Mode, wait: Duration) -> Manner {
    Manner { mode, wait, ..Manner::default() }
}

fn silent(_: Wait<'_>) {}

#[tokio::test]
async fn who_does_not_wait_hears_who_is_in_the_way() {
    let (store, _) = memory().await;
    let prod = |op| claim(op, &["prod"]);
    let held = take(&store, &prod("d-1"), Manner::default(), &silent).await.expect("it is free");
    for manner in [waiting(Mode::Fifo, Duration::ZERO), waiting(Mode::Reject, LONG)] {
        let refused = take(&store, &prod("d-2"), manner, &silent).await.expect_err("it is held");
        assert_eq!(
            refused.to_string(),
            "holder of d-1 holds the lock acme/prod since 1970-01-01T00:16:40Z \
             (https://ci.example.com/d-1)"
        );
        let hint = refused.hint();
        assert!(hint.contains("--wait-for-lock 10m"), "{hint}");
        assert!(hint.contains("clodo lock release acme/prod --force --reason"), "{hint}");
    }
    assert_eq!(store.waiters().await, Ok(vec![]), "nobody waits");
    held.release().await.expect("released");
    take(&store, &prod("d-2"), Manner::default(), &silent).await.expect("it is free again");
}

#[tokio::test]
async fn who_waits_gets_it_in_the_end() {
    let (store, _) = memory().await;
    let first = claim("d-1", &["prod/api"]);
    let held = take(&store, &first, Manner::default(), &silent).await.expect("it is free");
    let told = Mutex::new(Vec::new());
    let tell = |wait: Wait<'_>| {
        let Wait::For(obstacles) = wait else { panic!("{wait:?}") };
        told.lock().expect("ours").push(obstacles.locks[0].op.clone());
    };
    let second = claim("d-2", &["prod"]);
    let taking = take(&store, &second, waiting(Mode::Fifo, LONG), &tell);
    let releasing = async {
        while store.waiters().await.expect("waiters").is_empty() {
            tokio::task::yield_now().await;
        }
        held.release().await
    };
    let (taken, released) = tokio::join!(taking, releasing);
    released.expect("released");
    let taken = taken.expect("its turn");
    assert_eq!(*told.lock().expect("ours"), ["d-1"], "it is told once");
    assert_eq!(taken.fence("acme/prod/api").expect("covered").key, "acme/prod");
    assert_eq!(taken.fence("acme/staging"), None);
    assert_eq!(store.waiters().await, Ok(vec![]), "who has it does not wait");

    let third = claim("d-3", &["prod"]);
    let impatient = waiting(Mode::Fifo, Duration::from_millis(1));
    let gave_up = take(&store, &third, impatient, &silent).await.expect_err("it is held");
    assert!(matches!(gave_up, TurnError::Busy(_)), "{gave_up}");
    assert_eq!(store.waiters().await, Ok(vec![]), "who gave up does not wait");
}

#[tokio::test]
async fn who_is_superseded_hears_by_whom() {
    let (store, _) = memory().await;
    let first = claim("d-1", &["prod"]);
    let _held = take(&store, &first, Manner::default(), &silent).await.expect("it is free");
    let older = claim("d-2", &["prod"]);
    let older = take(&store, &older, waiting(Mode::Latest, LONG), &silent);
    let newer = async {
        while store.waiters().await.expect("waiters").is_empty() {
            tokio::task::yield_now().await;
        }
        store.wait(&claim("d-3", &["prod"]), Mode::Latest, LEASE).await
    };
    let (older, newer) = tokio::join!(older, newer);
    assert_eq!(newer, Ok(None));
    assert_eq!(older.expect_err("superseded"), TurnError::Superseded { by: "d-3".into() });
}

#[tokio::test]
async fn who_takes_over_waits_until_it_is_quiet() {
    let (store, memory) = memory().await;
    let dead = claim("d-1", &["prod"]);
    store.acquire(&dead, LEASE, GRACE).await.expect("works").expect("free");
    memory.pass(LEASE + GRACE - Duration::from_millis(50));
    let told = Mutex::new(None);
    let tell = |wait: Wait<'_>| match wait {
        Wait::Quiet(quiet) => *told.lock().expect("ours") = Some(quiet),
        Wait::For(_) => panic!("it is free"),
    };
    take(&store, &claim("d-2", &["prod"]), Manner::default(), &tell).await.expect("it ran out");
    assert_eq!(*told.lock().expect("ours"), Some(Duration::from_millis(50)));
}

/// Terms that a test can wait for.
const SHORT: Terms = Terms {
    lease: Duration::from_millis(400),
    margin: Duration::from_millis(100),
    grace: Duration::ZERO,
};

async fn hold(store: &Store, claim: &Claim) -> clodo::world::store::Held {
    let manner = Manner { terms: SHORT, ..Manner::default() };
    take(store, claim, manner, &silent).await.expect("it is free")
}

#[tokio::test]
async fn a_lock_is_kept_as_long_as_it_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = crate::store::in_file(&folder.path().join("state.db")).await;
    let held = hold(&store, &claim("d-1", &["prod/api", "prod/web"])).await;
    for _ in 0..10 {
        tokio::time::sleep(SHORT.lease / 4).await;
        held.check().await.expect("it is renewed");
    }
    assert!(store.locks().await.expect("locks").iter().all(|lock| lock.is_alive));
    held.release().await.expect("released");
    assert_eq!(store.locks().await, Ok(vec![]));
}

#[tokio::test]
async fn who_loses_a_lock_is_told() {
    let (store, _) = memory().await;
    let held = hold(&store, &claim("d-1", &["prod/api", "prod/web"])).await;
    let web = store.locks().await.expect("locks").remove(1);
    store.force_release(&web, actor(), "it hangs").await.expect("forced");
    assert_eq!(held.lost().await, Lost::Taken("acme/prod/web".into()));
    assert_eq!(held.check().await, Err(Lost::Taken("acme/prod/web".into())));
}

/// A database that can be cut off.
struct CutOff {
    memory: Memory,
    is_cut: AtomicBool,
}

#[async_trait]
impl Database for CutOff {
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError> {
        match self.is_cut.load(Ordering::Relaxed) {
            true => Err(StoreError::Refused("cut off".into())),
            false => self.memory.run(sql, params).await,
        }
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

#[tokio::test]
async fn who_cannot_renew_stops_before_the_lease_ends() {
    let database = Arc::new(CutOff { memory: Memory::new(), is_cut: AtomicBool::new(false) });
    let store = Store::on(Arc::clone(&database) as Arc<dyn Database>).await.expect("a store");
    let held = hold(&store, &claim("d-1", &["prod"])).await;
    held.check().await.expect("it is ours");
    // A moment without the database costs nothing.
    database.is_cut.store(true, Ordering::Relaxed);
    tokio::time::sleep(SHORT.lease / 3).await;
    database.is_cut.store(false, Ordering::Relaxed);
    held.check().await.expect("it is ours");
    database.is_cut.store(true, Ordering::Relaxed);
    let lost = held.lost().await;
    let why = Some(StoreError::Refused("cut off".into()));
    assert_eq!(lost, Lost::RanOut { key: "acme/prod".into(), why });
    assert_eq!(held.check().await, Err(lost));
}
