//! # A Worker with a custom domain is on workers.dev too
//!
//! ## What it checks
//!
//! Production environments with a custom domain and with `workers_dev = true`. Production is an
//! environment of such a name, or the top level where no environment has one.
//!
//! ## Why it matters
//!
//! The Worker answers at two addresses. Access, firewall rules, rate limits and caching of the
//! zone apply to one of them only.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
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
//! ## How to fix
//!
//! Set `workers_dev = false`, or ignore this finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::wrangler::routes::routes;
use crate::core::config::wrangler::stages::is_production;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/beside-custom-domain",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["WD-01"],
    page: include_str!("beside_custom_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments().filter(is_production) {
        let workers_dev = environment.get("workers_dev");
        let Some(on) = workers_dev.filter(|setting| setting.value().as_bool() == Some(true)) else {
            continue;
        };
        let Some(domain) = routes(&environment).into_iter().find(|route| route.is_custom_domain())
        else {
            continue;
        };
        let _ = out
            .at(on.span())
            .say(format!("beside {} the Worker is public on workers.dev", domain.pattern))
            .label("a second address")
            .see(domain.place(&environment), "the first is here")
            .path(on.path())
            .why("what protects the zone does not protect workers.dev")
            .help("set workers_dev = false")
            .on(&environment);
    }
}
