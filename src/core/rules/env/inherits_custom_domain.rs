//! # An environment takes the custom domain of another
//!
//! ## What it checks
//!
//! Environments without `routes` of their own whose top level has routes with `custom_domain =
//! true`.
//!
//! ## Why it matters
//!
//! A custom domain belongs to one Worker. Routes are inherited, so deploying the environment moves
//! the domain, and its DNS record, to the environment's Worker. Where nobody can be asked, as in a
//! pipeline, Wrangler does it with a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
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
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
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
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>
//! - <https://github.com/cloudflare/workers-sdk/issues/13925>

use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::model::{Place, Value};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/inherits-custom-domain",
    severity: Severity::Error,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-04", "RT-05"],
    page: include_str!("inherits_custom_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(routes) = cx.root().and_then(|root| root.entry("routes")) else { return };
    let domains: Vec<&str> = routes
        .value
        .items()
        .iter()
        .filter(|route| route.get("custom_domain").and_then(Value::as_bool) == Some(true))
        .filter_map(|route| route.get("pattern")?.as_str())
        .collect();
    if domains.is_empty() {
        return;
    }
    for environment in cx.environments().filter(|e| !e.is_top() && e.own().get("routes").is_none())
    {
        let Some(name) = environment.name else { continue };
        let table = cx.service.environment_table(name).map(|table| table.span).unwrap_or_default();
        let worker = environment.worker().unwrap_or_else(|| format!("the Worker of env.{name}"));
        let _ = out
            .at(routes.key_span.to(routes.value.span))
            .say(format!("{name} takes {} away from the top level", domains.join(", ")))
            .label(format!("env.{name} inherits this"))
            .see(Place { file: cx.service.config.file, span: table }, "and has no routes of its own")
            .path(environment.path("routes"))
            .why(format!(
                "a custom domain belongs to one Worker: deploying {name} moves it, and its DNS record, to {worker}"
            ))
            .help(format!("add routes = [] to env.{name}, or routes of its own"))
            .fix(Edit::Set { path: environment.path("routes"), value: serde_json::json!([]) })
            .on(&environment);
    }
}
