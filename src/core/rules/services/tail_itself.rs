//! # A Worker is its own tail consumer
//!
//! ## What it checks
//!
//! Tail consumers that are the Worker itself.
//!
//! ## Why it matters
//!
//! A tail consumer is run after each run of the Worker, to see its logs. What happens with one that
//! watches itself is unconfirmed: Cloudflare may refuse it, or pass each event on once. It is not a
//! way to keep logs.
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
//! [[tail_consumers]]
//! service = "shop"
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
//! [[tail_consumers]]
//! service = "shop-logs"
//! ```
//!
//! ## How to fix
//!
//! Name another Worker, which has a `tail` handler, or remove the entry.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/observability/logs/tail-workers/>

use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/tail-itself",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["TAIL-01"],
    page: include_str!("tail_itself.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(worker) = environment.worker() else { continue };
        let tails = references(&environment)
            .filter(|reference| reference.purpose == Purpose::Tail && reference.worker == worker);
        for reference in tails {
            let _ = out
                .at(reference.span)
                .say(format!("{worker} is its own tail consumer"))
                .label("the Worker itself")
                .path(reference.path(&environment))
                .why("a tail consumer is run after each run of the Worker that it watches")
                .help("name another Worker, or remove the entry")
                .on(&environment);
        }
    }
}
