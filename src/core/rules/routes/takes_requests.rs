//! # A new route takes requests from another Worker
//!
//! ## What it checks
//!
//! The routes of the configuration that the zone does not have yet, and that lie within a route of
//! another Worker. Where that Worker is deployed from this repository, and its configuration has its
//! route, it is how the two are meant to share the host, and nothing is said.
//!
//! ## Why it matters
//!
//! Cloudflare takes the most specific route. From the deployment on the other Worker no longer gets
//! these requests, and its owners may not know.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = ["example.com/cart/*"]
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
//!           "routes": [{ "id": "1", "pattern": "example.com/*", "script": "website" }]
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
//! routes = ["example.com/cart/*"]
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
//!           "routes": [
//!             { "id": "1", "pattern": "example.com/*", "script": "website" },
//!             { "id": "2", "pattern": "example.com/cart/*", "script": "shop" }
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
//! Agree with the owners of the other Worker. If it is meant, ignore the finding with a reason: once
//! the route is live nothing is said.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior>

use crate::core::config::wrangler::routes::Pattern;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Holder, addresses, holder};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/takes-requests",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes]),
    catalogue: &["RT-03"],
    page: include_str!("takes_requests.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).0 {
        if address.same_route().is_some() {
            continue;
        }
        let own = address.route.parts();
        let around = address.routes_of_zone().unwrap_or_default().iter().filter_map(|live| {
            let script = live.script.as_deref().filter(|script| *script != address.worker)?;
            let covers = Pattern::of(&live.pattern).covers(&own);
            (covers && !matches!(holder(cx.run, script, &live.pattern, false), Holder::Claims))
                .then_some((script, &*live.pattern))
        });
        // The most specific one is whom they go to now.
        let Some((script, pattern)) = around.max_by_key(|(_, pattern)| pattern.len()) else {
            continue;
        };
        let _ = out
            .at(address.route.span)
            .say(format!("{} takes requests from {script}", address.route.pattern))
            .label(format!("within {pattern}, which leads to {script}"))
            .path(&*address.route.path)
            .why(format!(
                "Cloudflare takes the most specific route: {script} no longer gets these requests"
            ))
            .help(format!("agree with the owners of {script}, or use another pattern"))
            .on(&address.environment);
    }
}
