//! # An environment takes the routes of another
//!
//! ## What it checks
//!
//! Environments without `routes` of their own whose top level has routes of a zone, where the top
//! level or another environment claims the same routes. Custom domains have a rule of their own,
//! `env/inherits-custom-domain`.
//!
//! A top level beside a production environment counts as one that nobody deploys. It is a warning
//! in environments that may be for development alone.
//!
//! ## Why it matters
//!
//! A route leads to one Worker. The deployment of the second one fails after the upload: "Can't
//! deploy routes that are assigned to another worker", or `duplicate_route` (code 10020). By then
//! its new code is live.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//!
//! [env.staging]
//! workers_dev = true
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
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//!
//! [env.staging]
//! workers_dev = true
//! routes = []
//! ```
//!
//! ## How to fix
//!
//! Give the environment routes of its own, or `routes = []` for none.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::config::wrangler::stages::{is_production, may_be_local, spoken};
use crate::core::model::{Edit, Kind, Place, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/inherits-route",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-04", "RT-03"],
    page: include_str!("inherits_route.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages {
        return;
    }
    let claims: Vec<_> = cx
        .environments()
        .filter(|environment| is_production(environment) || !environment.is_top())
        .map(|environment| (environment, zone_routes(&environment)))
        .collect();
    for (environment, taken) in &claims {
        let Some(name) = environment.name.filter(|_| !is_production(environment)) else { continue };
        let Some(first) = taken.first().filter(|route| route.inherited) else { continue };
        let worker = environment.worker();
        let owner = claims.iter().find(|(other, theirs)| {
            !other.is(environment)
                && !may_be_local(other)
                && other.worker() != worker
                && theirs.iter().any(|route| route.canonical() == first.canonical())
        });
        let (Some((owner, _)), Some(setting)) = (owner, setting(environment)) else { continue };
        let table = cx.service.environment_table(name).map(|table| table.span).unwrap_or_default();
        let path = environment.path("routes");
        let _ = out
            .at(setting)
            .say(format!("{name} claims {} as well as {}", first.pattern, spoken(owner)))
            .label(format!("env.{name} inherits this"))
            .see(
                Place { file: cx.service.config.file, span: table },
                "and has no routes of its own",
            )
            .why(
                "a route leads to one Worker: the second deployment fails after its code went live",
            )
            .help(format!("add routes = [] to env.{name}, or routes of its own"))
            .fix(Edit::Set { path: path.clone(), value: serde_json::json!([]) })
            .path(path)
            .severity(if may_be_local(environment) { Severity::Warning } else { Severity::Error })
            .on(environment);
    }
}

fn zone_routes<'a>(environment: &Environment<'a>) -> Vec<Route<'a>> {
    let mut routes = routes(environment);
    let counts = |route: &Route<'_>| !route.is_custom_domain() && !route.is_placeholder();
    routes.retain(|route| !route.pattern.is_empty() && counts(route));
    routes
}

/// Where the routes of an environment are written.
fn setting(environment: &Environment<'_>) -> Option<Span> {
    environment.get("routes").or_else(|| environment.get("route")).map(|setting| setting.span())
}
