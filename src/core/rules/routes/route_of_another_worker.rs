//! # A route leads to another Worker
//!
//! ## What it checks
//!
//! The routes of the configuration against those that the zone has. Where the other Worker is
//! deployed from this repository, and its configuration no longer has the route, it is a warning:
//! the route may move. So it is at a top level beside environments one of which has the route. A
//! route that an environment inherits from the one that has it is told from the files, by
//! `env/inherits-route`.
//!
//! ## Why it matters
//!
//! A route leads to one Worker. After the new code went live Wrangler stops with `Can't deploy
//! routes that are assigned to another worker`, or Cloudflare refuses the route (code 10020). A
//! route without a Worker, which switches Workers off, is in the way as well.
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
//!           "routes": [{ "id": "1", "pattern": "example.com/api/*", "script": "legacy-api" }]
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
//!           "account_id": "0123456789abcdef0123456789abcdef",
//!           "routes": [{ "id": "1", "pattern": "example.com/api/*", "script": "shop" }]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the route from the other Worker (in its configuration and with a deployment of it, or in
//! the dashboard), or use another pattern.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>
//! - <https://github.com/cloudflare/wrangler-action/issues/241>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Holder, addresses, holder};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/route-of-another-worker",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes]),
    catalogue: &["RT-03"],
    page: include_str!("route_of_another_worker.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).0 {
        let Some(live) = address.same_route() else { continue };
        let pattern = address.route.pattern;
        let owner = live.script.as_deref();
        if owner.is_some_and(|owner| owner == address.worker || address.is_inherited_from(owner)) {
            continue;
        }
        let draft = out
            .at(address.route.span)
            .path(&*address.route.path)
            .why("the deployment fails after its code went live: a route leads to one Worker (code 10020)")
            .on(&address.environment);
        let Some(owner) = owner else {
            let _ = draft
                .say(format!("{pattern} is a route that switches Workers off"))
                .label("leads to no Worker")
                .help("remove the route of that pattern in the dashboard, or use another pattern");
            continue;
        };
        let draft = draft
            .say(format!("{pattern} leads to {owner} already"))
            .label(format!("a route of {owner}"));
        let _ = match holder(cx.run, owner, pattern, false) {
            Holder::LetsGo => draft.severity(Severity::Warning).help(format!(
                "deploy {owner} first, which no longer has it; if no route is left to it, remove this one in the dashboard"
            )),
            _ if address.is_shadow_of(owner) => draft
                .severity(Severity::Warning)
                .help("deploy the environment that has it, or write routes of its own at the top level"),
            _ => draft.help(format!("take it from {owner}, or use another pattern")),
        };
    }
}
