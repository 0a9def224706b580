//! # A route would be removed from the Worker
//!
//! ## What it checks
//!
//! The routes that lead to the Worker against those of the configuration, where the configuration
//! has any. Only zones are looked at that addresses of the repository lie in.
//!
//! ## Why it matters
//!
//! The routes of a configuration are all that the Worker has: a deployment removes the others, in
//! all zones that its token may change. So goes a route that somebody added in the dashboard, and
//! one that left the configuration by mistake. A token that may not change all zones leaves the
//! others where they are.
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
//!           "routes": [
//!             { "id": "1", "pattern": "shop.example.com/*", "script": "shop" },
//!             { "id": "2", "pattern": "example.com/shop/*", "script": "shop" }
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
//!           "routes": [{ "id": "1", "pattern": "shop.example.com/*", "script": "shop" }]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add the route to `routes` if it is to stay.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use crate::core::config::wrangler::routes::{Pattern, routes};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{routes_of, some_of};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/drops-route",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes]),
    catalogue: &["RT-12"],
    page: include_str!("drops_route.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let routes = routes(&environment);
        let declared: Vec<_> = routes.iter().filter(|route| !route.is_custom_domain()).collect();
        let (Some(worker), Some(first)) = (environment.worker(), declared.first()) else {
            continue;
        };
        if declared.iter().any(|route| route.is_placeholder()) {
            continue;
        }
        let gone = routes_of(account, &worker).filter(|(_, live)| {
            let live = Pattern::of(&live.pattern).canonical();
            declared.iter().all(|route| route.canonical() != live)
        });
        let gone: Vec<&str> = gone.map(|(_, live)| &*live.pattern).collect();
        if gone.is_empty() {
            continue;
        }
        let _ = out
            .at(first.span)
            .say(format!("the deployment removes {} from {worker}", some_of(gone.iter().copied())))
            .label("the list has no such route")
            .path(environment.path("routes"))
            .why("routes that are not in the list are removed, those of the dashboard too")
            .help("add it to routes if it is to stay")
            .on(&environment);
    }
}
