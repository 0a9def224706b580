//! # A deployment would change the settings of a consumer
//!
//! ## What it checks
//!
//! The settings of consumers in the configuration against those that are live: batch size, batch
//! timeout, retries, concurrency, retry delay and the dead letter queue. Settings that the
//! configuration leaves out are compared with the documented defaults, where those are known.
//!
//! ## Why it matters
//!
//! The deployment replaces the settings as a whole. What somebody tuned in the dashboard during an
//! incident goes with the next deployment. It is a note, because a setting that was changed in the
//! configuration looks the same.
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
//! max_batch_size = 10
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
//!           "consumers": [
//!             {
//!               "type": "worker",
//!               "script": "shop",
//!               "settings": { "batch_size": 50, "max_retries": 3 }
//!             }
//!           ]
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
//! max_batch_size = 50
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
//!           "consumers": [
//!             {
//!               "type": "worker",
//!               "script": "shop",
//!               "settings": { "batch_size": 50, "max_retries": 3 }
//!             }
//!           ]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the settings that are to stay into the configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>

use crate::core::config::wrangler::queues::consumers;
use crate::core::model::account::Consumer;
use crate::core::model::account::Part;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/consumer-settings-differ",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Queues]),
    catalogue: &[],
    page: include_str!("consumer_settings_differ.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(worker) = environment.worker() else { continue };
        for consumer in consumers(&environment) {
            let queues = account.queues.known().into_iter().flatten();
            let queue = queues.into_iter().find(|queue| Some(&*queue.name) == consumer.queue());
            let Some((queue, live)) = queue.and_then(|queue| {
                let own = queue.consumers.iter().find(|one| one.script.as_ref() == Some(&worker));
                Some((queue, own?))
            }) else {
                continue;
            };
            let changes = changes(consumer.value, live);
            if changes.is_empty() {
                continue;
            }
            let _ = out
                .at(consumer.value.span)
                .say(format!(
                    "the deployment changes the consumer of {}: {}",
                    queue.name,
                    changes.join(", ")
                ))
                .path(&*consumer.path)
                .why("the settings of the configuration replace those of the dashboard")
                .help("write the settings that are to stay into the configuration")
                .on(&environment);
        }
    }
}

/// A setting: its key in a configuration, the API's, how many of the API's units one of the
/// configuration's is, and what leaving it out means, if that is documented.
/// Source: `updateQueueConsumers`, cli.js:167379, and
/// <https://developers.cloudflare.com/queues/configuration/configure-queues/>.
const SETTINGS: [(&str, &str, f64, Option<f64>); 5] = [
    ("max_batch_size", "batch_size", 1.0, Some(10.0)),
    ("max_batch_timeout", "max_wait_time_ms", 1000.0, Some(5.0)),
    ("max_retries", "max_retries", 1.0, Some(3.0)),
    ("max_concurrency", "max_concurrency", 1.0, None),
    ("retry_delay", "retry_delay", 1.0, None),
];

/// What would change, in words.
fn changes(wanted: &Value, live: &Consumer) -> Vec<String> {
    let mut changes = Vec::new();
    for (key, api, factor, default) in SETTINGS {
        let now = live.settings.get(api).and_then(serde_json::Value::as_f64);
        let now = now.map(|now| now / factor);
        let then = wanted.get(key).and_then(Value::as_number).or(default);
        if let (Some(now), Some(then)) = (now, then)
            && now != then
        {
            changes.push(format!("{key} from {now} to {then}"));
        }
    }
    let letters = wanted.get("dead_letter_queue").and_then(Value::as_str).unwrap_or("none");
    match live.dead_letter_queue.as_deref().filter(|queue| !queue.is_empty()) {
        Some(now) if now != letters => {
            changes.push(format!("dead_letter_queue from {now} to {letters}"));
        }
        _ => {}
    }
    changes
}
