//! Taking, renewing and giving back.

use std::time::Duration;

use clodo::core::model::journal::{Action, Fence};
use clodo::core::model::lock::{Mode, excludes};
use clodo::world::store::{Grant, Store, StoreError};

use super::{BEGIN, GRACE, LEASE, actor, claim, event, memory};

async fn take(store: &Store, op: &str, keys: &[&str]) -> Option<Grant> {
    store.acquire(&claim(op, keys), LEASE, GRACE).await.expect("the database works")
}

fn token(grant: Option<Grant>, key: &str) -> Option<u64> {
    grant?.tokens.get(&format!("acme/{key}")).copied()
}

#[tokio::test]
async fn an_environment_excludes_its_services() {
    let keys = ["prod", "prod/api", "prod/web", "prod2", "", "/api"];
    for (index, held) in keys.iter().enumerate() {
        for wanted in &keys[index..] {
            let (store, _) = memory().await;
            take(&store, "a", &[held]).await.expect("it is free");
            let is_free = take(&store, "b", &[wanted]).await.is_some();
            let (a, b) = (format!("acme/{held}"), format!("acme/{wanted}"));
            assert_eq!(is_free, !excludes(&a, &b), "{held} {wanted}");
            let expected = match (*held, *wanted) {
                (held, wanted) if held == wanted => false,
                ("prod", "prod/api" | "prod/web") | ("", "/api") => false,
                _ => true,
            };
            assert_eq!(is_free, expected, "{held} {wanted}");
        }
    }
}

#[tokio::test]
async fn all_are_taken_or_none() {
    let (store, _) = memory().await;
    take(&store, "a", &["prod/web"]).await.expect("it is free");
    assert_eq!(take(&store, "b", &["prod/api", "prod/web"]).await, None);
    let locks = store.locks().await.expect("locks");
    assert_eq!(locks.iter().map(|lock| lock.op.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(locks[0].holder, "holder of a");
    assert_eq!(locks[0].info.run_url.as_deref(), Some("https://ci.example.com/a"));
    store.release("a").await.expect("released");
    let both = take(&store, "b", &["prod/web", "prod/api"]).await.expect("they are free");
    let tokens: Vec<u64> = both.tokens.values().copied().collect();
    assert_eq!(
        tokens,
        [BEGIN, BEGIN + 1],
        "one was never taken, the other has no time for a new one"
    );
    assert_eq!(both.quiet, Duration::ZERO, "whoever released is done");
}

#[tokio::test]
async fn a_lost_reply_is_asked_for_again() {
    let (store, memory) = memory().await;
    let first = take(&store, "a", &["prod"]).await;
    memory.pass(LEASE / 2);
    let since = store.locks().await.expect("locks")[0].since;
    assert_eq!(take(&store, "a", &["prod"]).await, first);
    assert_eq!(store.locks().await.expect("locks")[0].since, since);
    // Even when the lease ran out in between, as long as nobody took it.
    memory.pass(LEASE * 2);
    assert_eq!(take(&store, "a", &["prod"]).await, first);
    // Somebody who waits does not come before somebody who has it.
    store.wait(&claim("b", &["prod"]), Mode::Fifo, LEASE).await.expect("ok");
    assert_eq!(take(&store, "a", &["prod"]).await, first);
}

#[tokio::test]
async fn tokens_only_grow() {
    let (store, memory) = memory().await;
    let mut last = 0;
    for number in 0..6 {
        let op = format!("op{number}");
        let token = token(take(&store, &op, &["prod"]).await, "prod").expect("it is free");
        assert!(token > last, "{token} after {last}");
        last = token;
        match number % 3 {
            0 => store.release(&op).await.expect("released"),
            1 => memory.pass(LEASE),
            // A clock that is set back.
            _ => {
                store.release(&op).await.expect("released");
                memory.set(BEGIN - 1_000);
            }
        }
    }
}

/// A copy of the state is put back while somebody holds a lock that it does not know.
#[tokio::test]
async fn a_copy_that_is_put_back_gives_no_token_twice() {
    let (store, memory) = memory().await;
    take(&store, "a", &["prod"]).await.expect("free");
    store.release("a").await.expect("released");
    memory.execute("CREATE TEMP TABLE copy AS SELECT * FROM locks");
    memory.pass(Duration::from_secs(1));
    let lost = take(&store, "b", &["prod"]).await.expect("free");
    memory.pass(Duration::from_secs(1));
    memory.execute("DELETE FROM locks; INSERT INTO locks SELECT * FROM copy");
    let late = || event(Action::DeploymentStarted, "d-1", fence(&lost, "prod"));
    let refused = store.append(&late()).await;
    assert!(matches!(refused, Err(StoreError::StaleFence { .. })), "{refused:?}");
    let next = take(&store, "c", &["prod"]).await.expect("the copy has it free");
    assert!(next.tokens["acme/prod"] > lost.tokens["acme/prod"]);
    let refused = store.append(&late()).await;
    assert!(matches!(refused, Err(StoreError::StaleFence { .. })), "{refused:?}");
    assert_eq!(store.renew("b", LEASE).await, Ok(0), "and the holder of before hears it");
}

#[tokio::test]
async fn what_ran_out_is_not_renewed() {
    let (store, memory) = memory().await;
    take(&store, "a", &["prod/api", "prod/web"]).await.expect("free");
    memory.pass(LEASE - Duration::from_millis(1));
    assert_eq!(store.renew("a", LEASE).await, Ok(2));
    memory.pass(LEASE - Duration::from_millis(1));
    assert_eq!(take(&store, "b", &["prod"]).await, None);
    memory.pass(Duration::from_millis(1));
    assert_eq!(store.renew("a", LEASE).await, Ok(0));
    assert!(!store.locks().await.expect("locks")[0].is_alive);
    assert!(take(&store, "b", &["prod"]).await.is_some());
    assert_eq!(store.renew("a", LEASE).await, Ok(0));
}

#[tokio::test]
async fn who_takes_over_waits_for_requests_of_the_dead() {
    let (store, memory) = memory().await;
    take(&store, "a", &["prod/api"]).await.expect("free");
    memory.pass(LEASE + Duration::from_secs(20));
    // Also where it is only a related lock.
    let grant = take(&store, "b", &["prod"]).await.expect("ran out");
    assert_eq!(grant.quiet, GRACE - Duration::from_secs(20));
    // The same where b gives up at once, and where the answer is asked for again.
    assert_eq!(take(&store, "b", &["prod"]).await.expect("ours").quiet, grant.quiet);
    store.release("b").await.expect("released");
    assert_eq!(take(&store, "c", &["prod/api"]).await.expect("free").quiet, grant.quiet);
    store.release("c").await.expect("released");
    memory.pass(GRACE);
    assert_eq!(take(&store, "d", &["prod/api"]).await.expect("free").quiet, Duration::ZERO);
}

/// The fence of a key that was taken.
fn fence(grant: &Grant, key: &str) -> Option<Fence> {
    let key = format!("acme/{key}");
    let token = *grant.tokens.get(&key)?;
    Some(Fence { key, token })
}

#[tokio::test]
async fn who_lost_a_lock_writes_nothing_any_more() {
    // The lock is taken by itself, through the environment, and through a service.
    for (mine, theirs) in [("prod/api", "prod/api"), ("prod/api", "prod"), ("prod", "prod/web")] {
        let (store, memory) = memory().await;
        let grant = take(&store, "a", &[mine]).await.expect("free");
        let started = event(Action::DeploymentStarted, "d-1", fence(&grant, mine));
        store.append(&started).await.expect("it is ours");
        memory.pass(LEASE);
        // Late, and nobody took it: that harms nobody.
        let step = || event(Action::StepStarted, "d-1", fence(&grant, mine));
        store.append(&step()).await.expect("nobody took it");
        take(&store, "b", &[theirs]).await.expect("it ran out");
        let refused = store.append(&step()).await;
        assert!(matches!(refused, Err(StoreError::StaleFence { token: BEGIN, .. })), "{refused:?}");
        // What was written before is known as written.
        store.append(&started).await.expect("a duplicate");
    }
}

#[tokio::test]
async fn a_lock_is_taken_away_with_a_reason() {
    let (store, memory) = memory().await;
    let grant = take(&store, "a", &["prod/api"]).await.expect("free");
    let lock = store.locks().await.expect("locks").remove(0);
    memory.pass(Duration::from_secs(10));
    store.force_release(&lock, actor(), "the runner is gone").await.expect("forced");
    assert_eq!(store.locks().await, Ok(vec![]));
    let entry = store.entries(&Default::default()).await.expect("entries").remove(0);
    assert_eq!(entry.event.action, Action::LockForced);
    assert_eq!(entry.event.details["reason"], "the runner is gone");
    assert_eq!(entry.event.details["holder"], "holder of a");
    assert_eq!(entry.event.environment, "prod");
    assert_eq!(entry.event.service.as_deref(), Some("api"));

    let late = event(Action::DeploymentStarted, "d-1", fence(&grant, "prod/api"));
    let refused = store.append(&late).await;
    assert!(matches!(refused, Err(StoreError::StaleFence { .. })), "{refused:?}");
    // Its holder may have lived: a request of theirs may be under way.
    let next = take(&store, "b", &["prod/api"]).await.expect("free");
    assert_eq!(next.quiet, GRACE);
    assert!(next.tokens["acme/prod/api"] > lock.token);

    // What was seen is not there any more: nothing happens, and nothing is written.
    let again = store.force_release(&lock, actor(), "once more").await;
    assert_eq!(again, Err(StoreError::ChangedHands));
    assert_eq!(store.entries(&Default::default()).await.expect("entries").len(), 1);
    assert_eq!(store.locks().await.expect("locks")[0].op, "b");
}
