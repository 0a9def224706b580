//! # A Worker consumes a queue that left its configuration
//!
//! ## What it checks
//!
//! The queues that the Worker consumes now against those of its configuration.
//!
//! ## Why it matters
//!
//! Wrangler connects consumers and changes them, and never takes one away. So the Worker goes on
//! getting the messages of a queue that its configuration no longer names, and its new code may not
//! handle them. No other Worker can consume the queue meanwhile.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
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
//! Detach it: `wrangler queues consumer remove QUEUE WORKER`. To keep it, write it down.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/pull/13923>
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>

use crate::core::config::wrangler::queues::consumers;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/stays-attached",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Queues]),
    catalogue: &["Q-04"],
    page: include_str!("stays_attached.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(worker) = environment.worker().filter(|_| cx.service.kind == Kind::Worker) else {
            continue;
        };
        for queue in account.queues.known().into_iter().flatten() {
            let name = &*queue.name;
            let attached = queue.consumers.iter().any(|one| one.script.as_ref() == Some(&worker));
            if !attached || consumers(&environment).any(|one| one.queue() == Some(name)) {
                continue;
            }
            let queues = environment.get("queues");
            let _ = out
                .at(queues.map_or(cx.service.headline(), |queues| queues.entry.key_span))
                .say(format!(
                    "{worker} goes on consuming {name}, which its configuration does not have"
                ))
                .path(environment.path("queues.consumers"))
                .why(
                    "Wrangler never takes a consumer away, so the new code gets those messages too",
                )
                .help(format!("detach it: wrangler queues consumer remove {name} {worker}"))
                .on(&environment);
        }
    }
}
