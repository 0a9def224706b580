//! # A route matches the start page alone
//!
//! ## What it checks
//!
//! Routes that end with their host, or with the `/` after it. Custom domains are not meant: they
//! have all paths of their host.
//!
//! ## Why it matters
//!
//! A pattern is compared with the whole URL. `example.com` and `example.com/` match the start page
//! and nothing else: every other path goes to the origin as if there were no Worker. Nobody says
//! so.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/", zone_name = "example.com" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! End the pattern with `/*`. If the start page alone is meant, ignore this finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior>

use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/no-trailing-wildcard",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-10"],
    page: include_str!("no_trailing_wildcard.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let routes = routes(&environment);
        for route in routes.iter().filter(|route| is_start_page(route, &routes)) {
            let host = route.parts().host;
            let _ = out
                .at(route.span)
                .say(format!("the route {} matches the start page alone", route.pattern))
                .label("no /* at the end")
                .path(&*route.path)
                .why(format!("every other path of {host} goes past the Worker"))
                .help(format!("write {}/*", route.pattern.trim_end_matches('/')))
                .on(&environment);
        }
    }
}

/// Whether a route has nothing but the start page, and no other route has the rest of its host.
fn is_start_page(route: &Route<'_>, routes: &[Route<'_>]) -> bool {
    let parts = route.parts();
    let ends = |host: &str| host.is_empty() || host.ends_with('*');
    let rest = routes
        .iter()
        .map(Route::parts)
        .any(|other| other.host.eq_ignore_ascii_case(parts.host) && !other.is_start_page());
    parts.is_start_page()
        && !ends(parts.host)
        && !rest
        && !route.is_custom_domain()
        && !route.is_placeholder()
}
