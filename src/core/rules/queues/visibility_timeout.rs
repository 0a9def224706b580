//! # A setting of pull consumers stands at a Worker
//!
//! ## What it checks
//!
//! `visibility_timeout_ms` in `queues.consumers`.
//!
//! ## Why it matters
//!
//! Wrangler accepts the key and sends everything but it: consumers in a configuration are Workers,
//! and the key is for consumers that pull over HTTP. It has no effect.
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
//! visibility_timeout_ms = 30000
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
//! retry_delay = 30
//! ```
//!
//! ## How to fix
//!
//! Remove it. How soon a message is tried again is `retry_delay`. A pull consumer is made with
//! `wrangler queues consumer http add`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/pull-consumers/>

use crate::core::model::{Edit, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/visibility-timeout",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["Q-07"],
    page: include_str!("visibility_timeout.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let list = environment.own().get("queues").and_then(|queues| queues.get("consumers"));
        for (index, consumer) in list.map(Value::items).unwrap_or_default().iter().enumerate() {
            let table = consumer.as_object();
            let Some(entry) = table.and_then(|table| table.entry("visibility_timeout_ms")) else {
                continue;
            };
            let path = format!("{}[{index}]", environment.path("queues.consumers"));
            let path = format!("{path}.visibility_timeout_ms");
            let _ = out
                .at(entry.key_span)
                .say("`visibility_timeout_ms` has no effect on a Worker")
                .label("never sent")
                .path(path.as_str())
                .why("it is for consumers that pull over HTTP, which are not configured here")
                .help("remove it; retry_delay says how soon a message is tried again")
                .fix(Edit::Remove { path })
                .on(&environment);
        }
    }
}
