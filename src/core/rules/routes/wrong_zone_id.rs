//! # A route gives the id of another zone
//!
//! ## What it checks
//!
//! The `zone_id` of routes whose host lies in another zone of the account.
//!
//! ## Why it matters
//!
//! The id decides in which zone the route is made. Cloudflare refuses a pattern that lies outside of
//! its zone, after the new code went live; the host of a customer (Cloudflare for SaaS) is the
//! exception, and it does not lie in a zone of yours. Most often the id was copied from another
//! project.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = [{ pattern = "api.example.com/*", zone_id = "353c0d731a58d9da8efaec4feb5e320d" }]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "zones": [
//!         {
//!           "id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "name": "example.com",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef"
//!         },
//!         {
//!           "id": "353c0d731a58d9da8efaec4feb5e320d",
//!           "name": "example.net",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef"
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
//! routes = [{ pattern = "api.example.com/*", zone_id = "023e105f4ecef8ad9ca31a8372d0c353" }]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "zones": [
//!         {
//!           "id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "name": "example.com",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef"
//!         },
//!         {
//!           "id": "353c0d731a58d9da8efaec4feb5e320d",
//!           "name": "example.net",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef"
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id of the zone of the host, or its name: `zone_name = "example.com"`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use crate::core::config::wrangler::routes::is_within;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::addresses;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/wrong-zone-id",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones]),
    catalogue: &["RT-01"],
    page: include_str!("wrong_zone_id.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (routes, domains) = addresses(cx);
    for address in routes.iter().chain(&domains).filter(|one| one.route.zone_id().is_some()) {
        let host = address.host();
        let Some(zone) = address.zone().filter(|zone| !is_within(host, &zone.name)) else {
            continue;
        };
        let around = address.account.zones.known().into_iter().flatten();
        let own = around.filter(|zone| is_within(host, &zone.name));
        let Some(own) = own.max_by_key(|zone| zone.name.len()) else { continue };
        let _ = out
            .at(address.route.span)
            .say(format!("{host} lies in {}, and zone_id is that of {}", own.name, zone.name))
            .label(format!("not in {}", zone.name))
            .path(&*address.route.path)
            .why("Cloudflare refuses a pattern outside of its zone, after the new code went live")
            .help(format!("write zone_id = \"{}\", or zone_name = \"{}\"", own.id, own.name))
            .on(&address.environment);
    }
}
