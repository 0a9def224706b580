//! # A custom domain is in conflict with a record that Cloudflare manages
//!
//! ## What it checks
//!
//! Whether the hosts of custom domains that no Worker has yet have DNS records of type A, AAAA or
//! CNAME that another product of Cloudflare made, and that nobody can change by hand.
//!
//! ## Why it matters
//!
//! Such a record belongs to the product that made it: email routing, R2, a tunnel, a load balancer.
//! Cloudflare refuses the custom domain after the new code went live (`already has externally
//! managed DNS records`, code 100117), or the product loses its host.
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
//!               "type": "CNAME",
//!               "proxied": true,
//!               "content": "public.r2.dev",
//!               "read_only": true
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
//! Remove the host where it was made (for an R2 bucket: its custom domains), or use another one.
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
    id: "routes/managed-dns-record",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::CustomDomains, Part::Zones, Part::Dns]),
    catalogue: &["RT-06"],
    page: include_str!("managed_dns_record.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).1 {
        let records = address.records_in_the_way();
        let managed = records.iter().find(|record| record.read_only);
        let Some(managed) = managed.filter(|_| address.pages_project().is_none()) else { continue };
        let host = address.route.pattern;
        let leads = managed.content.as_deref().unwrap_or("another product");
        let _ = out
            .at(address.route.span)
            .say(format!("{host} has a record that Cloudflare manages: {} {leads}", managed.kind))
            .label("belongs to another product")
            .path(&*address.route.path)
            .why("the custom domain is refused after the new code went live (code 100117), or the other product loses its host")
            .help("remove the host where it was made, or use another one")
            .on(&address.environment);
    }
}
