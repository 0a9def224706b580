//! # One queue has two consumers
//!
//! ## What it checks
//!
//! Consumers of the same queue in different Workers of the repository: in two services, or in two
//! environments of one. Also two entries for one queue in the same Worker, which is a warning, as
//! is a second consumer in an environment that may be for development alone. Where the account is
//! looked at and the queue has a consumer there, `queues/consumer-of-another-worker` says whose
//! deployment would fail.
//!
//! ## Why it matters
//!
//! A queue has one consumer. The deployment of the second Worker fails with
//! `workers.api.error.consumer_exists` (code 11004), and by then its new code is already live:
//! consumers are connected last.
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
//! [[queues.consumers]]
//! queue = "paid-orders"
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
//! queue = "paid-orders"
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
//! [[queues.consumers]]
//! queue = "paid-orders"
//!
//! [[queues.producers]]
//! binding = "MAILS"
//! queue = "mails"
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
//! queue = "mails"
//! ```
//!
//! ## How to fix
//!
//! Let one Worker consume the queue, and hand the work on from there; or give each environment a
//! queue of its own.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/issues/5347>
//! - <https://developers.cloudflare.com/queues/configuration/configure-queues/>

use super::consumer_of_another_worker::holder as live_holder;
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::queues::{QueueEntry, consumers};
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "queues/consumer-claimed-twice",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["Q-03"],
    page: include_str!("consumer_claimed_twice.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for QueueEntry { value: consumer, path } in consumers(&environment) {
            let Some(queue) = consumer.get("queue") else { continue };
            let Some(name) = queue.as_str().filter(|name| placeholder(name).is_none()) else {
                continue;
            };
            let Some(first) = cx.run.fleet.consumers_of(name).first() else { continue };
            let (worker, holder) = (environment.worker(), first.environment.worker());
            let (Some(worker), Some(holder)) = (worker, holder) else { continue };
            if std::ptr::eq(first.value, consumer) && first.environment.is(&environment) {
                continue;
            }
            let twice = worker == holder && first.environment.is(&environment);
            // Whoever has the queue in the account keeps it, and another rule says who fails.
            let account = cx.run.account(&environment).filter(|_| !twice);
            if account.is_some_and(|account| live_holder(account, name).is_some()) {
                continue;
            }
            let file = first.environment.service.config.file;
            let span = first.value.span_of("queue");
            let draft = out
                .at(queue.span)
                .path(format!("{path}.queue"))
                .see(Place { file, span }, "the first consumer")
                .on(&environment);
            let _ = if twice {
                draft
                    .say(format!("{worker} consumes the queue {name} twice"))
                    .why("a queue has one consumer, so only one of the two can be in force")
                    .help("make one entry of the two")
                    .severity(Severity::Warning)
            } else {
                let draft = draft
                    .say(format!("{worker} and {holder} both consume the queue {name}"))
                    .why(REFUSED)
                    .help("let one Worker consume it, or give each environment its own queue");
                if may_be_local(&environment)
                    || may_be_local(&first.environment)
                    || worker == holder
                {
                    draft.severity(Severity::Warning)
                } else {
                    draft
                }
            };
        }
    }
}

const REFUSED: &str = "a queue has one consumer: the second deployment fails (code 11004), after \
                       its code went live";
