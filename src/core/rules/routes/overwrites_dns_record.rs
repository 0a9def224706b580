//! # A custom domain would overwrite a DNS record
//!
//! ## What it checks
//!
//! Whether the hosts of custom domains that no Worker has yet have DNS records of type A, AAAA or
//! CNAME. Records that Cloudflare itself manages are the business of `routes/managed-dns-record`,
//! those of Pages projects that of `routes/takes-pages-domain`.
//!
//! ## Why it matters
//!
//! A custom domain needs a record of its own. At a terminal Wrangler asks; in a pipeline it
//! overwrites the record that is there, and ends with success. What the host led to before is
//! unreachable, and nobody has kept the old record.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "custom_domains": [],
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
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "custom_domains": [],
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
//! ## How to fix
//!
//! Use another host; or remove the record yourself, when nothing needs it any more. To put a Worker
//! in front of what is there, use a route: `shop.example.com/*`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/>
//! - <https://github.com/cloudflare/workers-sdk/issues/9878>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::addresses;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/overwrites-dns-record",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::CustomDomains, Part::Zones, Part::Dns]),
    catalogue: &["RT-06"],
    page: include_str!("overwrites_dns_record.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).1 {
        let records = address.records_in_the_way();
        let managed = records.iter().any(|record| record.read_only);
        let Some(first) = records.first().filter(|_| !managed && address.pages_project().is_none())
        else {
            continue;
        };
        let host = address.route.pattern;
        let leads = first.content.as_deref().unwrap_or("another place");
        let _ = out
            .at(address.route.span)
            .say(format!("{host} has a DNS record already: {} {leads}", first.kind))
            .label("would be overwritten")
            .path(&*address.route.path)
            .why("in a pipeline Wrangler overwrites the record without a question, and what it led to is unreachable")
            .help(format!("use another host, remove the record yourself, or use a route: {host}/*"))
            .on(&address.environment);
    }
}
