//! # The account has no zone for a route
//!
//! ## What it checks
//!
//! The hosts of routes and custom domains against the zones that the token sees. A route that names
//! its zone is looked up by that name or id. Hosts that can lie in no zone at all are the business
//! of `routes/foreign-host`.
//!
//! ## Why it matters
//!
//! A route lies in a zone of the account. Where there is none, the deployment fails after the new
//! code went live: ``Could not find zone for `api.example.org` ``. For Cloudflare a zone that the
//! token may not see is as one that is not there, and Wrangler sees no more than its token.
//!
//! For a custom domain it is a warning: Wrangler does not look up its zone, so a token may deploy it
//! that does not see the zone.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = ["api.example.org/*"]
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
//! routes = ["api.example.com/*"]
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
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct the host, add the zone to the account, or give the token `Zone: Read` on it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>
//! - <https://developers.cloudflare.com/api/resources/zones/methods/list/>

use std::collections::BTreeSet;

use super::foreign_host::foreign;
use crate::core::config::ids::is_hex_32;
use crate::core::config::placeholder::placeholder;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Address, addresses};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/unknown-zone",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones]),
    catalogue: &["RT-01", "RT-02"],
    page: include_str!("unknown_zone.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (routes, domains) = addresses(cx);
    let mut told = BTreeSet::new();
    for address in routes.into_iter().chain(domains) {
        let Address { environment, route, .. } = &address;
        let host = address.host();
        // A route is looked up by its zone, where it names one.
        let wanted = route.zone_id().or(route.zone_name()).unwrap_or(host);
        let readable = route.zone_id().is_none_or(is_hex_32) && placeholder(wanted).is_none();
        let looked = address.account.zones.known().is_some() && readable;
        if !looked || wanted.is_empty() || foreign(host).is_some() || address.zone().is_some() {
            continue;
        }
        if !told.insert((environment.name, wanted)) {
            continue;
        }
        let draft = out
            .at(route.span)
            .say(format!("the token sees no zone for {}", route.pattern))
            .label("in no zone that the token sees")
            .path(&*route.path)
            .help(
                "correct the host, add its zone to the account, or give the token Zone Read on it",
            )
            .on(environment);
        let _ = match route.is_custom_domain() {
            true => draft
                .why("the DNS record of a custom domain is made in its zone, which must be in the account")
                .severity(Severity::Warning),
            false => draft.why(
                "a route lies in a zone: without it the deployment fails after its code went live (`Could not find zone`)",
            ),
        };
    }
}
