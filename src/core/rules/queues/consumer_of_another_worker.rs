//! # Another Worker consumes the queue
//!
//! ## What it checks
//!
//! The queues that a Worker is to consume, and the Workers that consume them now. For an environment
//! that may be for development alone, and was never deployed, it is a warning.
//!
//! ## Why it matters
//!
//! A queue has one Worker for a consumer. Connecting a second one is refused with
//! `workers.api.error.consumer_exists` (code 11004), and by then the new code is live: consumers are
//! connected last. Taking the consumer out of the other configuration is not enough: Wrangler leaves
//! it attached.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[queues.consumers]]
//! queue = "orders"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "queues": [
//!         {
//!           "id": "q1",
//!           "name": "orders",
//!           "consumers": [{ "type": "worker", "script": "legacy-orders" }]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[queues.consumers]]
//! queue = "orders"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "queues": [
//!         {
//!           "id": "q1",
//!           "name": "orders",
//!           "consumers": [{ "type": "worker", "script": "shop" }]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Detach the other Worker first: `wrangler queues consumer remove QUEUE WORKER`. Messages wait in
//! the queue until the new one is connected.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/issues/5347>
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>

use crate::core::config::wrangler::queues::consumers;
use crate::core::model::account::Account;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/consumer-of-another-worker",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Queues]),
    catalogue: &["Q-03"],
    page: include_str!("consumer_of_another_worker.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(worker) = environment.worker() else { continue };
        for consumer in consumers(&environment) {
            let holder = consumer.queue().and_then(|queue| holder(account, queue));
            let (Some(name), Some(holder)) =
                (consumer.queue(), holder.filter(|one| *one != worker))
            else {
                continue;
            };
            let draft = out
                .at(consumer.value.span_of("queue"))
                .say(format!("{holder} consumes the queue {name}"))
                .label(format!("connected to {holder}"))
                .path(format!("{}.queue", consumer.path))
                .why("a queue has one consumer: the deployment fails (code 11004), after its code went live")
                .help(format!("detach it first: wrangler queues consumer remove {name} {holder}"))
                .on(&environment);
            let _ = draft.severity(cx.run.severity_of_missing(&environment));
        }
    }
}

/// The Worker that consumes a queue now.
pub(super) fn holder<'a>(account: &'a Account, queue: &str) -> Option<&'a str> {
    let queue = account.queues.known()?.iter().find(|one| one.name == queue)?;
    queue.consumers.iter().find_map(|consumer| consumer.script.as_deref())
}
