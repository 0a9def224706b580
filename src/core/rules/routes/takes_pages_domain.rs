//! # A custom domain would be taken from a Pages project
//!
//! ## What it checks
//!
//! Whether the hosts of custom domains that no Worker has yet lead to a Pages project: by a DNS
//! record for its pages.dev address, or because the project has the host as a custom domain.
//!
//! ## Why it matters
//!
//! A host leads to a Worker or to a Pages project. In a pipeline Wrangler overwrites the record of
//! the project without a question, and the site behind it is unreachable there; or Cloudflare
//! refuses (code 100117), after the new code went live.
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
//!               "content": "shop-site.pages.dev"
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
//! Remove the custom domain from the Pages project first, or use another host.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/configuration/custom-domains/>
//! - <https://github.com/cloudflare/workers-sdk/issues/9878>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::addresses;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/takes-pages-domain",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::CustomDomains, Part::Zones, Part::Dns]),
    catalogue: &["RT-06"],
    page: include_str!("takes_pages_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).1 {
        let Some(project) = address.pages_project() else { continue };
        let host = address.route.pattern;
        let _ = out
            .at(address.route.span)
            .say(format!("{} takes {host} away from the Pages project {project}", address.worker))
            .label(format!("leads to {project}"))
            .path(&*address.route.path)
            .why("in a pipeline Wrangler overwrites the DNS record without a question, and the site is unreachable there")
            .help(format!("remove the custom domain from {project} first, or use another host"))
            .on(&address.environment);
    }
}
