//! # A Worker has more routes than a zone may have
//!
//! ## What it checks
//!
//! How many routes and custom domains a Worker has in one zone, as far as the configuration names
//! the zone: 1,000 routes and 100 custom domains for each zone (limits of mid-2026).
//!
//! ## Why it matters
//!
//! The limit counts for all Workers of the account together. Cloudflare refuses what is too much
//! after the new code went live. Some accounts have higher limits by agreement, so this is a
//! warning.
//!
//! ## Example
//!
//! ```text
//! routes = [
//!   { pattern = "a0001.example.com/*", zone_name = "example.com" },
//!   …
//!   { pattern = "a1001.example.com/*", zone_name = "example.com" },
//! ]
//! ```
//!
//! ## How to fix
//!
//! Use a wildcard for what the hosts have in common, and decide in the code.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/>

use std::collections::BTreeMap;

use crate::core::config::limits::{CUSTOM_DOMAINS, ROUTES};
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/too-many-routes",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-13"],
    page: include_str!("too_many_routes.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let routes = routes(&environment);
        let (domains, routes): (Vec<_>, Vec<_>) =
            routes.iter().partition(|route| route.is_custom_domain());
        for (list, what, limit) in
            [(&routes, "routes", ROUTES.paid), (&domains, "custom domains", CUSTOM_DOMAINS.paid)]
        {
            for (zone, count) in by_zone(list).iter().filter(|(_, count)| **count > limit) {
                let Some(setting) = environment.get("routes") else { continue };
                let _ = out
                    .at(setting.entry.key_span)
                    .say(format!("{count} {what} in the zone {zone}, and it may have {limit}"))
                    .path(setting.path())
                    .help("use a wildcard for what the hosts have in common")
                    .on(&environment);
            }
        }
    }
}

fn by_zone<'a>(routes: &[&Route<'a>]) -> BTreeMap<&'a str, u64> {
    let mut zones = BTreeMap::new();
    for zone in routes.iter().filter_map(|route| route.zone_name().or(route.zone_id())) {
        *zones.entry(zone).or_default() += 1;
    }
    zones
}
