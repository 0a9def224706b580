//! # The DNS record at a route is not proxied
//!
//! ## What it checks
//!
//! Whether the DNS records at the hosts of routes are proxied: those of the host, or the wildcard
//! record that answers for it.
//!
//! ## Why it matters
//!
//! Requests for a host whose record says `DNS only` go straight to the origin, past Cloudflare and
//! every Worker. The deployment succeeds all the same.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = ["shop.example.com/*"]
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
//!           "account_id": "0123456789abcdef0123456789abcdef",
//!           "dns": [
//!             {
//!               "id": "r1",
//!               "name": "shop.example.com",
//!               "type": "A",
//!               "proxied": false,
//!               "content": "192.0.2.1"
//!             }
//!           ]
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
//! routes = ["shop.example.com/*"]
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
//!           "account_id": "0123456789abcdef0123456789abcdef",
//!           "dns": [
//!             {
//!               "id": "r1",
//!               "name": "shop.example.com",
//!               "type": "A",
//!               "proxied": true,
//!               "content": "192.0.2.1"
//!             }
//!           ]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Switch the record to `Proxied` on the DNS page of the zone.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/dns/proxy-status/>

use std::collections::BTreeSet;

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::addresses;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/unproxied-record",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Dns]),
    catalogue: &["RT-04"],
    page: include_str!("unproxied_record.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let mut told = BTreeSet::new();
    for address in addresses(cx).0 {
        let Some(records) = address.records() else { continue };
        let Some(first) = records.first().filter(|_| records.iter().all(|one| !one.proxied)) else {
            continue;
        };
        if !told.insert((address.environment.name, address.host())) {
            continue;
        }
        let _ = out
            .at(address.route.span)
            .say(format!("the {} record {} is not proxied, so requests pass by this route", first.kind, first.name))
            .label("DNS only")
            .path(&*address.route.path)
            .why("requests for a host that is not proxied go straight to the origin, past every Worker")
            .help(format!("switch the record {} to Proxied", first.name))
            .on(&address.environment);
    }
}
