//! # The queue of a consumer does not exist
//!
//! ## What it checks
//!
//! The queues that a Worker consumes against those of the account. A queue for which the Worker is a
//! producer too is the business of `queues/creates-queue`. Where another Worker of the repository is
//! a producer for it, its deployment may create the queue first, and this is a warning.
//!
//! ## Why it matters
//!
//! Wrangler looks, and stops before it uploads anything: `Queue "orders" does not exist`. Most often
//! the name is misspelled, or the queue is in another account.
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
//!   "accounts": [{ "id": "0123456789abcdef0123456789abcdef", "queues": [] }]
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
//!       "queues": [{ "id": "q1", "name": "orders" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Create the queue with `wrangler queues create`, or correct the name.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>

use crate::core::config::shape::closest;
use crate::core::config::wrangler::queues::{consumers, producers};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/missing-queue",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Queues]),
    catalogue: &["Q-02"],
    page: include_str!("missing_queue.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(queues) = account.queues.known() else { continue };
        let produces: Vec<&str> = producers(&environment).filter_map(|one| one.queue()).collect();
        for consumer in consumers(&environment) {
            let Some(name) = consumer.queue() else { continue };
            if produces.contains(&name) || queues.iter().any(|queue| queue.name == name) {
                continue;
            }
            let draft = out
                .at(consumer.value.span_of("queue"))
                .say(format!("the account has no queue {name}"))
                .path(format!("{}.queue", consumer.path))
                .why("Wrangler looks, and stops before it uploads anything")
                .on(&environment);
            let help = match closest(name, queues.iter().map(|queue| &*queue.name)) {
                Some(meant) => {
                    format!("did you mean {meant}? Otherwise: wrangler queues create {name}")
                }
                None => format!("create it: wrangler queues create {name}"),
            };
            let _ = draft.label("not in the account").help(help).severity(
                match cx.run.fleet.producers_of(name) {
                    [] => cx.run.severity_of_missing(&environment),
                    _ => Severity::Warning,
                },
            );
        }
    }
}
