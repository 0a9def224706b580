//! # A producer has no queue
//!
//! ## What it checks
//!
//! Queue producers without `queue`.
//!
//! ## Why it matters
//!
//! Wrangler makes a queue without asking, named after the Worker and the binding. Messages go
//! there, and no consumer knows of it: after four days they are deleted.
//!
//! clodo deploys with `--x-provision=false`, and then Wrangler stops unless a queue of that name
//! exists.
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
//! ## How to fix
//!
//! Add the name of the queue: `wrangler queues list` shows them. Where the new queue is wanted,
//! write its name.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>
//! - <https://developers.cloudflare.com/changelog/2025-10-24-automatic-resource-provisioning/>

use crate::core::config::wrangler::provisioning::unbound;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/no-queue",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["Q-01"],
    page: include_str!("no_queue.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for missing in unbound(cx.run.workspace, cx.service, "queues", "queue") {
        let created = missing.created_name();
        if !cx.run.fleet.consumers_of(&created).is_empty() {
            continue;
        }
        let _ = out
            .at(missing.span)
            .say(format!("the producer `{}` has no queue", missing.name))
            .label("bound to nothing yet")
            .path(missing.path())
            .why(format!("a deployment makes a new queue, {created}, and nobody consumes it"))
            .help("add queue = \"…\": `wrangler queues list` shows them")
            .on(&missing.environment);
    }
}
