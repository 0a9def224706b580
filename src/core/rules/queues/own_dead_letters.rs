//! # A queue is its own dead letter queue
//!
//! ## What it checks
//!
//! Consumers whose `dead_letter_queue` is the queue that they consume.
//!
//! ## Why it matters
//!
//! A message that fails as often as `max_retries` allows is put into the dead letter queue, where
//! it is a new message. In the same queue it fails again, and so forever: it is delivered, and paid
//! for, without end.
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
//! max_retries = 3
//! dead_letter_queue = "orders"
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
//! max_retries = 3
//! dead_letter_queue = "orders-failed"
//! ```
//!
//! ## How to fix
//!
//! Name another queue, or remove the key. Then such messages are deleted.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/dead-letter-queues/>

use crate::core::config::placeholder::placeholder;
use crate::core::model::{Edit, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/own-dead-letters",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["Q-05"],
    page: include_str!("own_dead_letters.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let list = environment.own().get("queues").and_then(|queues| queues.get("consumers"));
        for (index, consumer) in list.map(Value::items).unwrap_or_default().iter().enumerate() {
            let queue = consumer.get("queue").and_then(Value::as_str).unwrap_or_default();
            let letters = consumer.get("dead_letter_queue");
            let Some(letters) = letters.filter(|letters| letters.as_str() == Some(queue)) else {
                continue;
            };
            if queue.is_empty() || placeholder(queue).is_some() {
                continue;
            }
            let path = format!("{}[{index}]", environment.path("queues.consumers"));
            let path = format!("{path}.dead_letter_queue");
            let _ = out
                .at(letters.span)
                .say(format!("the queue {queue} is its own dead letter queue"))
                .label("the queue itself")
                .path(path.as_str())
                .why("a message that always fails is delivered again and again, without end")
                .help("name another queue, or remove dead_letter_queue")
                .fix(Edit::Remove { path })
                .on(&environment);
        }
    }
}
