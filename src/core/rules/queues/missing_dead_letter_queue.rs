//! # A dead letter queue does not exist
//!
//! ## What it checks
//!
//! The `dead_letter_queue` of consumers against the queues of the account.
//!
//! ## Why it matters
//!
//! Wrangler neither looks for it nor creates it. A message that could not be handled has nowhere to
//! go, and is lost: that shows on the day it is needed.
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
//! dead_letter_queue = "orders-dlq"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "queues": [{ "id": "q1", "name": "orders" }]
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
//! dead_letter_queue = "orders-dlq"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "queues": [{ "id": "q1", "name": "orders" }, { "id": "q2", "name": "orders-dlq" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Create it with `wrangler queues create`, and give it a consumer: messages wait there for four
//! days.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/dead-letter-queues/>

use crate::core::config::wrangler::queues::consumers;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/missing-dead-letter-queue",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Queues]),
    catalogue: &["Q-05"],
    page: include_str!("missing_dead_letter_queue.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(queues) = account.queues.known() else { continue };
        for consumer in consumers(&environment) {
            let Some(name) = consumer.dead_letter_queue() else { continue };
            if queues.iter().any(|queue| queue.name == name) {
                continue;
            }
            let _ = out
                .at(consumer.value.span_of("dead_letter_queue"))
                .say(format!("the account has no queue {name} for dead letters"))
                .label("not in the account")
                .path(format!("{}.dead_letter_queue", consumer.path))
                .why("Wrangler neither looks for it nor creates it, and messages that cannot be handled are lost")
                .help(format!("create it: wrangler queues create {name}"))
                .on(&environment);
        }
    }
}
