//! # An environment's own route is ignored
//!
//! ## What it checks
//!
//! Environments with `route` and without `routes`, where the top level has `routes`.
//!
//! ## Why it matters
//!
//! `route` and `routes` are two keys, and each is inherited by itself. The environment gets its own
//! `route` and the top level's `routes`, and where there are `routes` Wrangler never looks at
//! `route`. So the environment is deployed to the addresses of the top level, without a word.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//!
//! [env.staging]
//! route = { pattern = "staging.example.com/*", zone_name = "example.com" }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//!
//! [env.staging]
//! routes = [{ pattern = "staging.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! Write `routes` in the environment too.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#inheritable-keys>

use crate::core::config::wrangler::Setting;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/ignored-route",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-04"],
    page: include_str!("ignored_route.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(name) = environment.name else { continue };
        // An empty `route` is no route, and Wrangler says so.
        let own = environment.get("route").filter(|own| !own.inherited && !own.value().is_falsy());
        let above = environment.get("routes").filter(|routes| routes.inherited);
        let (Some(own), Some(above)) = (own, above) else { continue };
        let routes = Place { file: cx.service.config.file, span: Setting::span(&above) };
        let _ = out
            .at(own.span())
            .say(format!("the route of env.{name} is ignored"))
            .label("Wrangler never looks here")
            .see(routes, "because the environment inherits these")
            .path(own.path())
            .why(format!("{name} is deployed to the routes of the top level"))
            .help(format!("write routes = [ … ] in env.{name}, with the same route in it"))
            .on(&environment);
    }
}
