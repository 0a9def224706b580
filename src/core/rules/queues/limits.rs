//! # A setting of a queue is beyond its limit
//!
//! ## What it checks
//!
//! The numbers of queue consumers: `max_batch_size` from 1 to 100, `max_batch_timeout` from 0 to 60
//! seconds, `max_retries` from 0 to 100, `max_concurrency` from 1 to 250, `retry_delay` from 0 to
//! 86400 seconds. And that those which count something are whole.
//!
//! ## Why it matters
//!
//! Wrangler sends any number. Cloudflare documents these limits, and has an error for settings
//! beyond them (code 100127, after the code is live). Which of them it refuses, and which it cuts
//! down, is unconfirmed.
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
//! max_batch_size = 500
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
//! max_batch_size = 100
//! ```
//!
//! ## How to fix
//!
//! Write a number within the limits.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/platform/limits/>
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/limits",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["Q-09"],
    page: include_str!("limits.rs"),
    check: Check::Service(check),
};

/// The limits of consumers: key, least, most, and whether the number must be whole.
///
/// Source: <https://developers.cloudflare.com/queues/platform/limits/>, read 2026-11, and for the
/// delay `MAX_DELIVERY_DELAY_SECS` in Wrangler 4.164.0 (cli.js:347511).
const LIMITS: [(&str, f64, f64, bool); 5] = [
    ("max_batch_size", 1.0, 100.0, true),
    ("max_batch_timeout", 0.0, 60.0, false),
    ("max_concurrency", 1.0, 250.0, true),
    ("max_retries", 0.0, 100.0, true),
    ("retry_delay", 0.0, 86_400.0, false),
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let list = environment.own().get("queues").and_then(|queues| queues.get("consumers"));
        for (index, consumer) in list.map(Value::items).unwrap_or_default().iter().enumerate() {
            for (key, least, most, whole) in LIMITS {
                let number = consumer.get(key).and_then(|value| Some((value, value.as_number()?)));
                let Some((value, number)) = number else { continue };
                if (least..=most).contains(&number) && !(whole && number.fract() != 0.0) {
                    continue;
                }
                let queue = consumer.get("queue").and_then(Value::as_str).unwrap_or("a queue");
                let kind = if whole { "a whole number" } else { "a number" };
                let _ = out
                    .at(value.span)
                    .say(format!("`{key}` of the consumer of {queue} is {number}"))
                    .label(format!("the most is {most}, the least {least}"))
                    .path(format!("{}[{index}].{key}", environment.path("queues.consumers")))
                    .why("Cloudflare's limits; the consumer is connected after the code went live")
                    .help(format!("write {kind} from {least} to {most}"))
                    .on(&environment);
            }
        }
    }
}
