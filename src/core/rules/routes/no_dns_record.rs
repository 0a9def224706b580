//! # The host of a route has no DNS record
//!
//! ## What it checks
//!
//! The hosts of routes against the DNS records of their zones, wildcard records included. Hosts that
//! have a custom domain have a record of it. Hosts with a wildcard, and hosts of customers in other
//! zones, are not looked at.
//!
//! ## Why it matters
//!
//! A route catches requests that come to Cloudflare for its host. Without a DNS record nobody finds
//! the host, so no request comes. The deployment succeeds all the same.
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
//!           "dns": []
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
//! Make the host a custom domain, which makes its record: `{ pattern = "shop.example.com",
//! custom_domain = true }`. Or add a proxied record; where there is no origin behind it, one of type
//! AAAA for `100::`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/#set-up-a-route>

use std::collections::BTreeSet;

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Address, addresses};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/no-dns-record",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Dns]),
    catalogue: &["RT-04"],
    page: include_str!("no_dns_record.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (routes, domains) = addresses(cx);
    let mut told = BTreeSet::new();
    for address in &routes {
        let host = address.host();
        let is_domain = |domain: &Address<'_>| {
            domain.environment.is(&address.environment) && domain.host().eq_ignore_ascii_case(host)
        };
        let nowhere = address.records().is_some_and(|records| records.is_empty());
        if !nowhere
            || address.has_custom_domain()
            || domains.iter().any(is_domain)
            || !told.insert((address.environment.name, host))
        {
            continue;
        }
        let _ = out
            .at(address.route.span)
            .say(format!("{host} has no DNS record, so no request comes to this route"))
            .label("nobody finds this host")
            .path(&*address.route.path)
            .why("a route catches what comes to Cloudflare for its host, and without a record nothing does")
            .help("make it a custom domain, or add a proxied record: AAAA 100:: where there is no origin")
            .on(&address.environment);
    }
}
