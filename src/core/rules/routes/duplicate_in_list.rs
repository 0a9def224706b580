//! # A route stands twice in one list
//!
//! ## What it checks
//!
//! Each list of routes for two patterns that are the same. The case of a host says nothing, and
//! `example.com` is `example.com/`.
//!
//! ## Why it matters
//!
//! One of the two was meant to be another pattern, or is left over. What Cloudflare makes of the
//! second one is unconfirmed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [
//!   { pattern = "shop.example.com/*", zone_name = "example.com" },
//!   { pattern = "Shop.example.com/*", zone_name = "example.com" },
//! ]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [
//!   { pattern = "shop.example.com/*", zone_name = "example.com" },
//!   { pattern = "www.example.com/*", zone_name = "example.com" },
//! ]
//! ```
//!
//! ## How to fix
//!
//! Remove one of the two, or write the pattern that was meant.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use std::collections::HashMap;

use crate::core::config::wrangler::routes::routes;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/duplicate-in-list",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("duplicate_in_list.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let mut known = HashMap::new();
        for route in routes(&environment) {
            // A route before a custom domain on the same host is how two Workers are chained.
            let key = (route.is_custom_domain(), route.canonical());
            let Some(first) = known.get(&key).copied() else {
                known.insert(key, route.place(&environment));
                continue;
            };
            let _ = out
                .at(route.span)
                .say(format!("the route {} stands twice", route.pattern))
                .label("again here")
                .see(first, "the first is here")
                .path(route.path)
                .help("remove one of the two")
                .on(&environment);
        }
    }
}
