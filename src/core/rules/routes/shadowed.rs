//! # A more specific route takes part of the requests
//!
//! ## What it checks
//!
//! The routes of other Workers in the zone that lie within a route of the configuration. Where the
//! other Worker is deployed from this repository, and its configuration has that route, it is how
//! the two are meant to share the host, and nothing is said. Where the wider route is live already
//! it is a note.
//!
//! ## Why it matters
//!
//! Cloudflare takes the most specific route. So requests within that one never come to this Worker,
//! whatever its code says about them.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = ["example.com/*"]
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
//!           "routes": [{ "id": "1", "pattern": "example.com/cart/*", "script": "legacy-cart" }]
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
//! routes = ["example.com/*"]
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
//!           "routes": [{ "id": "1", "pattern": "www.example.com/*", "script": "legacy-cart" }]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the more specific route if this Worker is to answer there. If it is meant, ignore the
//! finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior>

use crate::core::config::wrangler::routes::Pattern;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Holder, addresses, holder, some_of};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/shadowed",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes]),
    catalogue: &["RT-03"],
    page: include_str!("shadowed.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).0 {
        let own = address.route.parts();
        let within = address.routes_of_zone().unwrap_or_default().iter().filter(|live| {
            let other = Pattern::of(&live.pattern);
            own.covers(&other) && !other.covers(&own)
        });
        let foreign: Vec<_> = within
            .filter_map(|live| Some((live.script.as_deref()?, &*live.pattern)))
            .filter(|(script, pattern)| {
                *script != address.worker
                    && !matches!(holder(cx.run, script, pattern, false), Holder::Claims)
            })
            .collect();
        let Some((script, _)) = foreign.first() else { continue };
        let draft = out
            .at(address.route.span)
            .say(format!(
                "{} does not get what {} takes",
                address.route.pattern,
                some_of(foreign.iter().map(|(_, pattern)| *pattern))
            ))
            .label(format!("{script} has a more specific route"))
            .path(&*address.route.path)
            .why("Cloudflare takes the most specific route, so those requests never come to this Worker")
            .help(format!("remove the route of {script} if this Worker is to answer there"))
            .on(&address.environment);
        if address.same_route().is_some() {
            let _ = draft.severity(Severity::Note);
        }
    }
}
