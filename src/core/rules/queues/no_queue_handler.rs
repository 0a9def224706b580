//! # A queue consumer has no queue handler
//!
//! ## What it checks
//!
//! Consumers in `queues.consumers`: that the default export of the code has `queue`. Where the handlers
//! are not certain (a spread, a framework, an unknown wrapper), the rule is silent.
//!
//! ## Why it matters
//!
//! The Worker is attached to the queue and cannot take its messages. Each is tried again until its
//! retries are used up, then it goes to the dead letter queue, or is lost.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
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
//! ```ts src/index.ts
//! export default {
//!   async fetch() {
//!     return new Response("Hello\n");
//!   },
//! };
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
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
//! ```ts src/index.ts
//! export default {
//!   async queue(batch) {
//!     batch.ackAll();
//!   },
//! };
//! ```
//!
//! ## How to fix
//!
//! Add a `queue` handler to the default export, or remove the consumer.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/javascript-apis/>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::Format;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/no-queue-handler",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["Q-06"],
    page: include_str!("no_queue_handler.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.handwritten(&environment) else { continue };
        if facts.format != Format::Module || !facts.handlers.lack("queue") {
            continue;
        }
        let Some(queues) = environment.get("queues") else { continue };
        let consumers = queues.value().get("consumers").map(Value::items).unwrap_or_default();
        for (index, consumer) in consumers.iter().enumerate() {
            let Some(queue) = consumer.get("queue") else { continue };
            let Some(name) = queue.as_str() else { continue };
            // Consumers of other types are pulled over HTTP, and need no code.
            if consumer.get("type").is_some_and(|kind| kind.as_str() != Some("worker")) {
                continue;
            }
            let draft = out
                .at(queue.span)
                .say(format!("the code has no queue handler for {name}"))
                .path(format!("{}.consumers[{index}]", queues.path()))
                .why("messages are tried again until they are lost or dead letters")
                .help("add async queue(batch, env) { … } to the default export")
                .on(&environment);
            let _ = match facts.default_export {
                Some(place) => draft.see(place, "no queue here"),
                None => draft,
            };
        }
    }
}
