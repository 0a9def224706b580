//! # A route of another Worker stands before a custom domain
//!
//! ## What it checks
//!
//! Routes of other Workers that cover the whole host of a custom domain.
//!
//! ## Why it matters
//!
//! Routes come before custom domains. So every request for the host goes to the Worker of the route.
//! This one gets only what that one hands on with `fetch`. Where the other Worker is deployed from
//! this repository, and its configuration has the route, the two are chained on purpose, and nothing
//! is said.
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
//!       "zones": [
//!         {
//!           "id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "name": "example.com",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef",
//!           "routes": [{ "id": "1", "pattern": "*.example.com/*", "script": "gateway" }]
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
//!       "zones": [
//!         {
//!           "id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "name": "example.com",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef",
//!           "routes": [{ "id": "1", "pattern": "api.example.com/*", "script": "gateway" }]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the route, make it narrower, or add a route of this Worker for the host: the more specific
//! one counts. If the two are chained on purpose, ignore the finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/#interaction-with-routes>
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use crate::core::config::wrangler::routes::Pattern;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Address, Holder, addresses, holder};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/domain-behind-route",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes]),
    catalogue: &["RT-03"],
    page: include_str!("domain_behind_route.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (routes, domains) = addresses(cx);
    for address in domains {
        let host = format!("{}/*", address.route.pattern);
        let host = Pattern::of(&host);
        let own = |route: &Address<'_>| {
            route.environment.is(&address.environment) && route.route.parts().covers(&host)
        };
        let before = address.routes_of_zone().unwrap_or_default().iter().find(|live| {
            let script = live.script.as_deref().unwrap_or_default();
            script != address.worker
                && Pattern::of(&live.pattern).covers(&host)
                && !matches!(holder(cx.run, script, &live.pattern, false), Holder::Claims)
        });
        let Some(before) = before.filter(|_| !routes.iter().any(own)) else { continue };
        let (gets, whose) = match &before.script {
            Some(script) => (format!("{script} gets the requests for"), format!("of {script} ")),
            None => ("no Worker gets the requests for".to_owned(), String::new()),
        };
        let _ = out
            .at(address.route.span)
            .say(format!("{gets} {}, by the route {}", address.route.pattern, before.pattern))
            .label("a route comes first")
            .path(&*address.route.path)
            .why("routes come before custom domains, so this Worker gets only what is handed on to it")
            .help(format!("remove the route {whose}or make it narrower; or add a route of this Worker"))
            .on(&address.environment);
    }
}
