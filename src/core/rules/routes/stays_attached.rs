//! # An address stays attached though it left the configuration
//!
//! ## What it checks
//!
//! Routes and custom domains that lead to the Worker, where the configuration has none of the kind.
//!
//! ## Why it matters
//!
//! Wrangler sets routes only where the configuration has routes, and custom domains only where it
//! has some. `routes = []` sets nothing. So what was attached before stays: the Worker still answers
//! at an address that its configuration no longer names. In an environment that once inherited them
//! these may be the addresses of production.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = []
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "custom_domains": [
//!         {
//!           "id": "d1",
//!           "hostname": "shop.example.com",
//!           "service": "shop",
//!           "zone_id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "zone_name": "example.com"
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
//!       "custom_domains": [
//!         {
//!           "id": "d1",
//!           "hostname": "shop.example.com",
//!           "service": "shop",
//!           "zone_id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "zone_name": "example.com"
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the address from the Worker in the dashboard, or put it back into the configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/>

use crate::core::config::wrangler::routes::routes;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::addresses::{domains_of, routes_of, some_of};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/stays-attached",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones, Part::Routes, Part::CustomDomains]),
    catalogue: &["RT-12"],
    page: include_str!("stays_attached.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(worker) = environment.worker().filter(|_| cx.service.kind == Kind::Worker) else {
            continue;
        };
        let declared = routes(&environment);
        let routes = routes_of(account, &worker).map(|(_, live)| &*live.pattern);
        let domains = domains_of(account, &worker).map(|domain| &*domain.hostname);
        let left: Vec<&str> = [(false, routes.collect::<Vec<_>>()), (true, domains.collect())]
            .into_iter()
            .filter(|(custom, _)| declared.iter().all(|route| route.is_custom_domain() != *custom))
            .flat_map(|(_, live)| live)
            .collect();
        if left.is_empty() {
            continue;
        }
        let setting = environment.get("routes").or_else(|| environment.get("route"));
        let span = setting.map_or(cx.service.headline(), |setting| setting.span());
        let _ = out
            .at(span)
            .say(format!("{worker} keeps {}, which the configuration does not have", some_of(left)))
            .path(environment.path("routes"))
            .why("without any in the configuration Wrangler sets none, and leaves those that are attached")
            .help(format!("remove it from {worker} in the dashboard, or add it to routes"))
            .on(&environment);
    }
}
