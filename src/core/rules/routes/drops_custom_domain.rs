//! # A custom domain would be dropped, with its DNS record
//!
//! ## What it checks
//!
//! The custom domains that the Worker has against those of the configuration, where the
//! configuration has any. Where another Worker of the repository claims the domain, it moves, and
//! this is a warning.
//!
//! ## Why it matters
//!
//! The custom domains of a configuration are all that the Worker has. The deployment detaches one
//! that is not among them, and removes its DNS record: the host is gone. A domain that somebody
//! added in the dashboard goes the same way.
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
//!       "custom_domains": [
//!         {
//!           "id": "d1",
//!           "hostname": "shop.example.com",
//!           "service": "shop",
//!           "zone_id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "zone_name": "example.com"
//!         },
//!         {
//!           "id": "d2",
//!           "hostname": "www.example.com",
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
//! Add the domain to `routes`. If it is to go, remove it in the dashboard first, so that it goes
//! when you want it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/>
//! - <https://github.com/kentcdodds/kody/issues/1015>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::routes;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::domains_of;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/drops-custom-domain",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::CustomDomains]),
    catalogue: &["RT-07"],
    page: include_str!("drops_custom_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let routes = routes(&environment);
        let declared: Vec<_> = routes.iter().filter(|route| route.is_custom_domain()).collect();
        let (Some(worker), Some(first)) = (environment.worker(), declared.first()) else {
            continue;
        };
        // What is still to be filled in may be the one that seems to be missing.
        if declared.iter().any(|route| route.is_placeholder()) {
            continue;
        }
        for domain in domains_of(account, &worker) {
            let host = &domain.hostname;
            if declared.iter().any(|route| route.pattern.eq_ignore_ascii_case(host)) {
                continue;
            }
            let draft = out
                .at(first.span)
                .say(format!("the deployment takes {host} from {worker}"))
                .label("the list has no such domain")
                .path(environment.path("routes"))
                .why("custom domains that are not in the list are detached, and their DNS records removed")
                .on(&environment);
            let _ = match claimant(cx, host) {
                Some(heir) => draft.severity(Severity::Warning).help(format!(
                    "{} claims it: deploy that first, so that nobody finds the host gone",
                    heir.service.name
                )),
                None => draft.help(format!(
                    "add {{ pattern = \"{host}\", custom_domain = true }}, or remove it in the dashboard first"
                )),
            };
        }
    }
}

/// The environment of the repository that has a custom domain in its configuration.
fn claimant<'a>(cx: &ServiceContext<'a>, host: &str) -> Option<Environment<'a>> {
    let claims = |environment: &Environment<'_>| {
        routes(environment)
            .iter()
            .any(|route| route.is_custom_domain() && route.pattern.eq_ignore_ascii_case(host))
    };
    cx.run.workspace.services.iter().flat_map(Environment::all).find(claims)
}
