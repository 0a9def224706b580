//! The queue: who comes first.

use std::time::Duration;

use clodo::core::model::lock::Mode;
use clodo::world::store::{PATIENCE, Store};

use super::{GRACE, LEASE, claim, memory};

async fn takes(store: &Store, op: &str, keys: &[&str]) -> bool {
    store.acquire(&claim(op, keys), LEASE, GRACE).await.expect("the database works").is_some()
}

async fn waits(store: &Store, op: &str, keys: &[&str], mode: Mode) -> Option<String> {
    store.wait(&claim(op, keys), mode, PATIENCE).await.expect("the database works")
}

#[tokio::test]
async fn the_first_come_first() {
    let (store, _) = memory().await;
    assert!(takes(&store, "a", &["prod"]).await);
    for op in ["b", "c"] {
        assert!(!takes(&store, op, &["prod"]).await);
        assert_eq!(waits(&store, op, &["prod"], Mode::Fifo).await, None);
    }
    store.release("a").await.expect("released");
    // Neither the second of the queue, nor somebody who never stood in it.
    assert!(!takes(&store, "c", &["prod"]).await);
    assert!(!takes(&store, "d", &["prod/api"]).await);
    // What has nothing to do with it is free.
    assert!(takes(&store, "e", &["staging"]).await);
    assert!(takes(&store, "b", &["prod"]).await);
    store.leave("b").await.expect("left");
    store.release("b").await.expect("released");
    assert!(takes(&store, "c", &["prod"]).await);
}

#[tokio::test]
async fn who_waits_for_two_keeps_both_free() {
    let (store, _) = memory().await;
    assert!(takes(&store, "a", &["prod/api"]).await);
    waits(&store, "b", &["prod/api", "prod/web"], Mode::Fifo).await;
    assert!(!takes(&store, "c", &["prod/web"]).await);
    store.release("a").await.expect("released");
    assert!(takes(&store, "b", &["prod/api", "prod/web"]).await);
}

#[tokio::test]
async fn a_dead_head_frees_itself() {
    let (store, memory) = memory().await;
    waits(&store, "b", &["prod"], Mode::Fifo).await;
    waits(&store, "c", &["prod"], Mode::Fifo).await;
    memory.pass(PATIENCE - Duration::from_millis(1));
    waits(&store, "c", &["prod"], Mode::Fifo).await;
    assert!(!takes(&store, "c", &["prod"]).await);
    memory.pass(Duration::from_millis(1));
    assert!(takes(&store, "c", &["prod"]).await);
    assert_eq!(store.waiters().await.expect("waiters").len(), 1, "the dead one is not shown");
    // When it comes back it has its place again.
    assert_eq!(waits(&store, "b", &["prod"], Mode::Fifo).await, None);
    assert_eq!(store.waiters().await.expect("waiters")[0].op, "b");
}

#[tokio::test]
async fn the_latest_supersedes_those_who_agreed() {
    let (store, memory) = memory().await;
    assert!(takes(&store, "a", &["prod"]).await);
    waits(&store, "b", &["prod"], Mode::Latest).await;
    waits(&store, "patient", &["prod"], Mode::Fifo).await;
    waits(&store, "wide", &["prod", "staging"], Mode::Latest).await;
    waits(&store, "c", &["prod"], Mode::Latest).await;
    let by = |op: &'static str| {
        let store = store.clone();
        async move { waits(&store, op, &["prod"], Mode::Latest).await }
    };
    assert_eq!(by("b").await.as_deref(), Some("wide"));
    assert_eq!(by("patient").await, None);
    assert_eq!(by("wide").await, None, "c does not deploy all of what it waits for");
    store.release("a").await.expect("released");
    // Who was superseded gets nothing, even where it is free.
    assert!(!takes(&store, "b", &["prod"]).await);
    assert!(takes(&store, "patient", &["prod"]).await);
    // It can be seen for a while what became of it.
    store.leave("b").await.expect("left");
    let shown = store.waiters().await.expect("waiters");
    assert_eq!(shown[0].superseded_by.as_deref(), Some("wide"));
    memory.pass(Duration::from_secs(8 * 24 * 60 * 60));
    store.leave("c").await.expect("left");
    assert_eq!(store.waiters().await, Ok(vec![]));
}
