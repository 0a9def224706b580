//! # A custom domain has a path
//!
//! ## What it checks
//!
//! Routes with `custom_domain = true` whose pattern has a `/`: a path, or a scheme.
//!
//! ## Why it matters
//!
//! A custom domain is one host name with all of its paths. Wrangler stops: `Paths are not allowed
//! in Custom Domains`. It says so when it deploys, in a dry run too, but not when it merely reads
//! the configuration.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", custom_domain = true }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//! ```
//!
//! ## How to fix
//!
//! Write the host alone. If only some paths are meant, make it a route with `zone_name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/>

use crate::core::config::wrangler::routes::routes;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/path-in-custom-domain",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-08"],
    page: include_str!("path_in_custom_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let domains = routes(&environment).into_iter().filter(|route| route.is_custom_domain());
        for domain in domains.filter(|domain| domain.pattern.contains('/')) {
            let parts = domain.parts();
            let what = if parts.scheme.is_some() { "scheme" } else { "path" };
            let draft = out
                .at(domain.span)
                .say(format!("the custom domain {} has a {what}", domain.pattern))
                .label("a custom domain is one host name")
                .path(domain.path)
                .on(&environment);
            let _ = match parts.host {
                "" => draft,
                host => {
                    draft.help(format!("write {host}: a custom domain has all paths of its host"))
                }
            };
        }
    }
}
