//! # A zone has no room for more routes
//!
//! ## What it checks
//!
//! How many routes and custom domains a zone would have after the deployment, those of all other
//! Workers counted: 1,000 routes and 100 custom domains for each zone (limits of mid-2026). Where
//! the configuration alone has more, `routes/too-many-routes` says so.
//!
//! ## Why it matters
//!
//! Cloudflare refuses what is too much after the new code went live. Some accounts have higher
//! limits by agreement, so this is a warning.
//!
//! ## Example
//!
//! ```text
//! the zone example.com has 100 custom domains, none of them this one:
//!
//! routes = [{ pattern = "new.example.com", custom_domain = true }]
//! ```
//!
//! ## How to fix
//!
//! Use a route with a wildcard for what the hosts have in common, and remove addresses that nobody
//! needs.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/>

use std::collections::BTreeMap;

use crate::core::config::limits::{CUSTOM_DOMAINS, ROUTES};
use crate::core::model::account::Part;
use crate::core::model::account::Zone;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Address, addresses};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/zone-is-full",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes, Part::CustomDomains]),
    catalogue: &["RT-13"],
    page: include_str!("zone_is_full.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (routes, domains) = addresses(cx);
    for (list, what, limit) in
        [(&routes, "routes", ROUTES.paid), (&domains, "custom domains", CUSTOM_DOMAINS.paid)]
    {
        let mut zones: BTreeMap<(Option<&str>, &str), Vec<&Address<'_>>> = BTreeMap::new();
        for address in list {
            if let Some(zone) = address.zone() {
                zones.entry((address.environment.name, &zone.id)).or_default().push(address);
            }
        }
        for addresses in zones.into_values() {
            let Some((first, zone)) = addresses.first().and_then(|one| Some((*one, one.zone()?)))
            else {
                continue;
            };
            let Some(live) = living(first, zone) else { continue };
            let new = addresses.iter().filter(|address| !address.is_settled()).count();
            let count = (live + new) as u64;
            if new == 0 || count <= limit || addresses.len() as u64 > limit {
                continue;
            }
            let _ = out
                .at(first.route.span)
                .say(format!(
                    "the zone {} would have {count} {what}, and it may have {limit}",
                    zone.name
                ))
                .path(first.environment.path("routes"))
                .why("Cloudflare refuses what is too much after the new code went live")
                .help("use a route with a wildcard, or remove addresses that nobody needs")
                .on(&first.environment);
        }
    }
}

/// How many addresses of the kind of this one a zone has.
fn living(address: &Address<'_>, zone: &Zone) -> Option<usize> {
    if !address.route.is_custom_domain() {
        return Some(zone.routes.known()?.len());
    }
    let domains = address.account.custom_domains.known()?;
    Some(domains.iter().filter(|domain| domain.zone_id == zone.id).count())
}
