//! # A route lies outside of its zone
//!
//! ## What it checks
//!
//! Routes with a `zone_name`: whether the host of the pattern is that zone, or lies in it.
//!
//! ## Why it matters
//!
//! A route belongs to one zone, and its pattern must include it. Wrangler sends both as they are,
//! after the new code went live. A host of a customer's own, in a zone that serves other people's
//! hosts (Cloudflare for SaaS), is the exception: clodo cannot tell, so this is a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.net" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! Correct the host or the zone. `zone_name` is the name of the zone alone, without a scheme and
//! without a path.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/#validity>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::routes::{is_within, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/zone-mismatch",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-01"],
    page: include_str!("zone_mismatch.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for route in routes(&environment) {
            let Some(zone) = route.zone_name().filter(|zone| placeholder(zone).is_none()) else {
                continue;
            };
            let host = route.parts().plain_host();
            if host.is_empty()
                || host.contains('*')
                || route.is_placeholder()
                || is_within(host, zone)
            {
                continue;
            }
            let _ = out
                .at(route.span)
                .say(format!("the route {} lies outside of its zone {zone}", route.pattern))
                .label(format!("not in {zone}"))
                .path(route.path)
                .why("a pattern must include its zone, unless the host is a customer's (Cloudflare for SaaS)")
                .help("correct the host or zone_name")
                .on(&environment);
        }
    }
}
