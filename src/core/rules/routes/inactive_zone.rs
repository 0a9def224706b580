//! # The zone of a route is not active
//!
//! ## What it checks
//!
//! The status of the zones that routes and custom domains lie in.
//!
//! ## Why it matters
//!
//! A zone is `pending` until its name servers point to Cloudflare, and `moved` when they no longer
//! do. Until then no request comes to Cloudflare, so none comes to the Worker. The deployment
//! succeeds all the same.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = ["example.com/api/*"]
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
//!           "status": "pending",
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
//! routes = ["example.com/api/*"]
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
//! Set the name servers that the dashboard shows for the zone at the registrar, and wait until the
//! zone is active.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/dns/zone-setups/reference/domain-status/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::zones;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/inactive-zone",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones]),
    catalogue: &["RT-14"],
    page: include_str!("inactive_zone.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (address, zone) in zones(cx) {
        let Some(status) = zone.status.as_deref().filter(|status| *status != "active") else {
            continue;
        };
        let _ = out
            .at(address.route.span)
            .say(format!("the zone {} is not active: it is {status}", zone.name))
            .label("no request arrives here")
            .path(&*address.route.path)
            .why("requests reach Cloudflare only when the name servers of the zone point to it")
            .help(format!("set the name servers that the dashboard shows for {}", zone.name))
            .on(&address.environment);
    }
}
