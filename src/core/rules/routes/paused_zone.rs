//! # Cloudflare is paused for the zone of a route
//!
//! ## What it checks
//!
//! Whether somebody paused Cloudflare for the zones that routes and custom domains lie in.
//!
//! ## Why it matters
//!
//! In a paused zone Cloudflare answers DNS queries and nothing else: requests go straight to the
//! origin, past every Worker. The deployment succeeds all the same.
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
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef",
//!           "paused": true
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
//! Resume Cloudflare on the overview page of the zone.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/manage-domains/pause-cloudflare/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::zones;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/paused-zone",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones]),
    catalogue: &["RT-14"],
    page: include_str!("paused_zone.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (address, zone) in zones(cx).into_iter().filter(|(_, zone)| zone.paused) {
        let _ = out
            .at(address.route.span)
            .say(format!("Cloudflare is paused for the zone {}", zone.name))
            .label("requests pass by the Worker")
            .path(&*address.route.path)
            .why("in a paused zone requests go straight to the origin, past every Worker")
            .help(format!("resume Cloudflare on the overview page of {}", zone.name))
            .on(&address.environment);
    }
}
