//! # Every version is public because nothing says otherwise
//!
//! ## What it checks
//!
//! Environments with a route and with `workers_dev = true` in which `preview_urls` is not set.
//!
//! ## Why it matters
//!
//! Where nothing was ever said about preview URLs, they follow `workers_dev`: each version that is
//! uploaded gets a public address of its own, old ones and ones that were never deployed too. What
//! guards the route (Access, a firewall, a rate limit) does not guard them.
//!
//! Beside a custom domain or `access` it is an error, elsewhere a note: they may be wanted, or may
//! have been switched off in the dashboard, which Wrangler then leaves alone. A Worker with Durable
//! Objects of its own has no preview URLs.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! Say which one it is: `preview_urls = true`, or `preview_urls = false`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/previews/>
//! - <https://github.com/cloudflare/workers-sdk/pull/10939>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::routes;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/preview-urls-implicit",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["WD-02"],
    page: include_str!("preview_urls_implicit.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let workers_dev = environment.get("workers_dev");
        let Some(on) = workers_dev.filter(|setting| setting.value().as_bool() == Some(true)) else {
            continue;
        };
        let said = environment.get("preview_urls").is_some();
        let routes = routes(&environment);
        if said || routes.is_empty() || implements_durable_objects(&environment) {
            continue;
        }
        let draft = out
            .at(on.span())
            .say("every version is public at a preview URL: preview_urls is not set")
            .label("preview URLs follow this")
            .path("preview_urls")
            .why("what guards the routes of the Worker does not guard its preview URLs")
            .help("add preview_urls = false, or preview_urls = true")
            .on(&environment);
        if let Some(access) = environment.get("access") {
            let place = Place { file: cx.service.config.file, span: access.entry.key_span };
            let _ = draft.severity(Severity::Error).see(place, "the Worker counts on Access");
        } else if let Some(domain) = routes.iter().find(|route| route.is_custom_domain()) {
            let place = domain.place(&environment);
            let _ = draft.severity(Severity::Error).see(place, "the Worker has a custom domain");
        }
    }
}

fn implements_durable_objects(environment: &Environment<'_>) -> bool {
    let own = |value: &Value| value.get("script_name").is_none();
    environment.bindings_of("durable_objects").iter().any(|binding| own(binding.value))
}
