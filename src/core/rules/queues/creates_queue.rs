//! # A deployment would create a queue
//!
//! ## What it checks
//!
//! The queues that a Worker produces for against those of the account. Where no Worker of the
//! repository consumes the queue it is an error: whatever is sent would go to a queue that nobody
//! reads. Otherwise it is a warning.
//!
//! ## Why it matters
//!
//! Wrangler creates a queue that does not exist, without a question and also in a pipeline. After a
//! slip in the name the Worker sends to a new, empty queue, and the consumer of the right one waits.
//! Versions before 4.45, and `--x-provision=false`, stop instead.
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
//! [[queues.producers]]
//! binding = "ORDERS"
//! queue = "ordres"
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
//! [[queues.producers]]
//! binding = "ORDERS"
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
//! Correct the name, or create the queue with `wrangler queues create` before the deployment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>
//! - <https://github.com/cloudflare/cloudflare-docs/issues/32978>

use crate::core::config::shape::closest;
use crate::core::config::wrangler::queues::producers;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/creates-queue",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Queues]),
    catalogue: &["Q-01"],
    page: include_str!("creates_queue.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(queues) = account.queues.known() else { continue };
        for producer in producers(&environment) {
            let Some(name) = producer.queue() else { continue };
            if queues.iter().any(|queue| queue.name == name) {
                continue;
            }
            let help = match closest(name, queues.iter().map(|queue| &*queue.name)) {
                Some(meant) => {
                    format!("did you mean {meant}? Otherwise: wrangler queues create {name}")
                }
                None => format!("create it on purpose: wrangler queues create {name}"),
            };
            let draft = out
                .at(producer.value.span_of("queue"))
                .say(format!("the account has no queue {name}, and the deployment creates it"))
                .label("not in the account")
                .path(format!("{}.queue", producer.path))
                .why("after a slip in the name the Worker sends to a new queue that nobody reads")
                .help(help)
                .on(&environment);
            let _ = draft.severity(match cx.run.fleet.consumers_of(name) {
                [] => cx.run.severity_of_missing(&environment),
                _ => Severity::Warning,
            });
        }
    }
}
