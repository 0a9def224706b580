//! Locks and those who wait for them, for people and for programs.

use serde_json::{Value, json};

use super::table::table;
use super::{moment, safe, words};
use crate::core::model::lock::{Lock, Waiter};

/// What [`json()`] calls itself.
pub const LOCKS_SCHEMA: &str = "clodo.locks/1";

/// Locks, and then those who wait, the first first.
pub fn text(locks: &[Lock], waiters: &[Waiter]) -> String {
    if locks.is_empty() && waiters.is_empty() {
        return "No locks.\n".to_owned();
    }
    let head = ["LOCK", "WHO", "SINCE", "UNTIL", "FOR", "RUN"].map(str::to_owned);
    let rows = locks.iter().map(held).chain(waiters.iter().map(waiting));
    table(std::iter::once(head).chain(rows).collect())
}

/// That a lock was taken from its holder.
pub fn taken(lock: &Lock) -> String {
    format!(
        "Took {} away from {}, who held it since {:.0}. The next holder waits a minute, until no \
         request of theirs can be under way.",
        safe::line(&lock.key),
        words::name(&lock.holder),
        lock.since
    )
}

fn held(lock: &Lock) -> [String; 6] {
    let until = moment(lock.expires);
    [
        safe::line(&lock.key),
        words::name(&lock.holder),
        moment(lock.since),
        if lock.is_alive { until } else { format!("ran out {until}") },
        safe::line(&lock.op),
        run(lock.info.run_url.as_deref()),
    ]
}

fn waiting(waiter: &Waiter) -> [String; 6] {
    let by = waiter.superseded_by.as_deref();
    [
        safe::line(&waiter.keys.join(" ")),
        words::name(&waiter.holder),
        moment(waiter.since),
        by.map_or("waits".to_owned(), |by| format!("superseded by {}", safe::line(by))),
        safe::line(&waiter.op),
        run(waiter.info.run_url.as_deref()),
    ]
}

fn run(url: Option<&str>) -> String {
    url.map_or("-".to_owned(), safe::line)
}

/// The same as a document.
pub fn json(locks: &[Lock], waiters: &[Waiter]) -> Value {
    json!({ "schema": LOCKS_SCHEMA, "locks": locks, "waiting": waiters })
}
