//! # A custom domain has a wildcard
//!
//! ## What it checks
//!
//! Routes with `custom_domain = true` whose host has a `*`. One in the path is the business of
//! `routes/path-in-custom-domain`.
//!
//! ## Why it matters
//!
//! A custom domain is one host name, for which Cloudflare makes a DNS record and a certificate.
//! Wrangler stops: `Wildcard operators (*) are not allowed in Custom Domains`. It says so when it
//! deploys, in a dry run too, but not when it merely reads the configuration.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "*.example.com", custom_domain = true }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "*.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! Name each host in a custom domain of its own. Or make it a route with `zone_name`, and a
//! proxied DNS record for the wildcard.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/>

use crate::core::config::wrangler::routes::routes;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/wildcard-in-custom-domain",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-08"],
    page: include_str!("wildcard_in_custom_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let domains = routes(&environment).into_iter().filter(|route| route.is_custom_domain());
        for domain in domains.filter(|domain| domain.parts().host.contains('*')) {
            let _ = out
                .at(domain.span)
                .say(format!("the custom domain {} has a wildcard", domain.pattern))
                .label("a custom domain is one host name")
                .path(domain.path)
                .why("Cloudflare makes a DNS record and a certificate for exactly one host")
                .help(
                    "name one host, or make it a route: a pattern that ends with /*, and zone_name",
                )
                .on(&environment);
        }
    }
}
