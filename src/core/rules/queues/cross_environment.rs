//! # A queue connects two environments
//!
//! ## What it checks
//!
//! Producers of an environment whose queue is consumed by another environment only, where the
//! consuming service has a Worker in the producer's environment, with another queue. And the same
//! for consumers.
//!
//! It counts as another environment where one is production and the other is not. An environment is
//! production if it is called so, or if it is the top level and no environment is.
//!
//! ## Why it matters
//!
//! Messages of staging are handled by production, with its data and its customers.
//!
//! ## Bad
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[queues.producers]]
//! binding = "MAILS"
//! queue = "mails"
//!
//! [env.staging]
//! workers_dev = false
//! routes = []
//!
//! [[env.staging.queues.producers]]
//! binding = "MAILS"
//! queue = "mails-live"
//! ```
//!
//! ```toml apps/mail/wrangler.toml
//! name = "shop-mail"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[queues.consumers]]
//! queue = "mails-live"
//!
//! [env.staging]
//! workers_dev = false
//! routes = []
//!
//! [[env.staging.queues.consumers]]
//! queue = "mails-staging"
//! ```
//!
//! ## Good
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[queues.producers]]
//! binding = "MAILS"
//! queue = "mails-live"
//!
//! [env.staging]
//! workers_dev = false
//! routes = []
//!
//! [[env.staging.queues.producers]]
//! binding = "MAILS"
//! queue = "mails-staging"
//! ```
//!
//! ```toml apps/mail/wrangler.toml
//! name = "shop-mail"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[queues.consumers]]
//! queue = "mails-live"
//!
//! [env.staging]
//! workers_dev = false
//! routes = []
//!
//! [[env.staging.queues.consumers]]
//! queue = "mails-staging"
//! ```
//!
//! ## How to fix
//!
//! Name the queue of the own environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::stages::{is_production, spoken};
use crate::core::config::wrangler::{Environment, Item};
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/cross-environment",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-06"],
    page: include_str!("cross_environment.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let fleet = cx.run.fleet;
    for environment in cx.environments() {
        for (list, key) in [("producers", "queues.producers"), ("consumers", "queues.consumers")] {
            let items = environment.own().get("queues").and_then(|queues| queues.get(list));
            for (index, item) in items.map(Value::items).unwrap_or_default().iter().enumerate() {
                let queue = item.get("queue").and_then(|queue| Some((queue, queue.as_str()?)));
                let Some((value, name)) = queue.filter(|(_, name)| !name.is_empty()) else {
                    continue;
                };
                let others = match list {
                    "producers" => fleet.consumers_of(name),
                    _ => fleet.producers_of(name),
                };
                // A queue that an environment shares with production of its own service is
                // another rule's business.
                let is_shared = || {
                    fleet.producers_of(name).iter().any(|producer| {
                        std::ptr::eq(producer.environment.service, cx.service)
                            && is_production(&producer.environment) != is_production(&environment)
                    })
                };
                let other = stranger(&environment, others).filter(|_| !is_shared());
                let Some(other) = other else { continue };
                let file = other.environment.service.config.file;
                let does = if list == "producers" { "consumed" } else { "filled" };
                let _ = out
                    .at(value.span)
                    .say(format!(
                        "the queue {name} is {does} by {} of {}",
                        spoken(&other.environment),
                        other.environment.service.name
                    ))
                    .label(format!("used by {}", spoken(&environment)))
                    .see(Place { file, span: other.value.span }, "the other end")
                    .path(format!("{}[{index}].queue", environment.path(key)))
                    .why("messages of one environment are handled by another")
                    .help("name the queue of the own environment")
                    .on(&environment);
            }
        }
    }
}

/// The other end of a queue, if it is in another environment, and only there, though its service
/// has one like this.
fn stranger<'a>(environment: &Environment<'_>, others: &[Item<'a>]) -> Option<Item<'a>> {
    let fits = |other: &Environment<'_>| match (environment.name, other.name) {
        (Some(here), Some(there)) if here == there => true,
        _ => is_production(environment) == is_production(other),
    };
    let first = others.first()?;
    let strange = others.iter().all(|other| {
        !fits(&other.environment) && !std::ptr::eq(other.environment.service, environment.service)
    });
    let twin = |other: &Environment<'_>| {
        let same = environment.name.is_some() && other.name == environment.name;
        (same || (is_production(environment) && is_production(other)))
            && other.own().get("queues").is_some()
    };
    let has_twin = Environment::all(first.environment.service).any(|other| twin(&other));
    (strange && has_twin).then_some(*first)
}
