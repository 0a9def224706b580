//! # The name of the Worker is too long for an address
//!
//! ## What it checks
//!
//! Names of Workers with more than 63 characters: the `name`, or the `name-environment` that an
//! environment without a name gets.
//!
//! ## Why it matters
//!
//! The name is the first part of the address on workers.dev, and no part of a host may have more
//! than 63 characters. Wrangler does not count them. That Cloudflare refuses a longer name without
//! workers.dev is not confirmed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop-orders-and-invoices-and-refunds-and-returns-for-all-countries"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! Choose a shorter name. An environment can have a `name` of its own.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::limits::HOST_LABEL;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/name-too-long",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-08"],
    page: include_str!("name_too_long.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages {
        return;
    }
    for environment in cx.environments() {
        let Some(worker) = environment.worker() else { continue };
        let length = worker.chars().count();
        let Some(name) = environment.get("name") else { continue };
        if HOST_LABEL.exceeded_by(length).is_some() {
            let _ = out
                .at(name.value().span)
                .say(format!("the name {worker} has {length} characters"))
                .label(format!("{} at most", HOST_LABEL.free))
                .path(name.path())
                .why("the name is a part of the address on workers.dev")
                .help("choose a shorter name")
                .on(&environment);
        }
    }
}
