//! # The API token covers some zones and not others
//!
//! ## What it checks
//!
//! Whether the token reads the Workers routes of some of the zones that services have addresses in,
//! and not of others.
//!
//! ## Why it matters
//!
//! Zones are named one by one in such a token. Wrangler then cannot set the routes of a Worker in
//! one request: it falls back to one zone after the other, and routes that the configuration no
//! longer has stay. In the zone that is missing it fails, after the code is live.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }, { pattern = "example.net/*", zone_name = "example.net" }]
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
//!         { "id": "a", "name": "example.com", "routes": [] },
//!         {
//!           "id": "b",
//!           "name": "example.net",
//!           "routes": {
//!             "unknown": { "why": "forbidden", "message": "Authentication error, code 10000" }
//!           }
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
//!
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }, { pattern = "example.net/*", zone_name = "example.net" }]
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
//!         { "id": "a", "name": "example.com", "status": "active", "routes": [] },
//!         { "id": "b", "name": "example.net", "status": "active", "routes": [] }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Include the zone in the token's zone resources, or all zones of the account.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/api/reference/permissions/#zone-permissions>
//! - <https://github.com/cloudflare/workers-sdk/issues/15718>

use crate::core::model::account::{Part, Zone};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::access::zones_by_access;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/narrow-zones",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes]),
    catalogue: &["AUTH-13"],
    page: include_str!("narrow_zones.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for account in cx.accounts() {
        let Some(zones) = account.zones.known() else { continue };
        let names = |zones: Vec<&Zone>| {
            zones.iter().map(|zone| zone.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (open, closed) = zones_by_access(zones);
        if open.is_empty() || closed.is_empty() {
            continue;
        }
        let closed = names(closed);
        let _ = out
            .nowhere()
            .say(format!("the API token covers the zone {}, and not {closed}", names(open)))
            .why("Wrangler sets routes zone by zone then, leaves old ones, and fails where it may not")
            .help(format!("add {closed} to the zone resources of the token"));
    }
}
