//! # Smart placement moves the assets away from their readers
//!
//! ## What it checks
//!
//! `placement.mode = "smart"` together with `assets.run_worker_first = true`.
//!
//! ## Why it matters
//!
//! Smart placement runs the code near its data. Where the code comes first, every asset takes that
//! way too, and is served from there instead of from a place near its reader. Wrangler warns:
//! `This could result in poor performance`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! placement = { mode = "smart" }
//! assets = { directory = "public", binding = "ASSETS", run_worker_first = true }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! placement = { mode = "smart" }
//! assets = { directory = "public", binding = "ASSETS", run_worker_first = ["/api/*"] }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Let the code come first only for the paths that need it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/#smart-placement>

use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/smart-placement",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-09"],
    page: include_str!("smart_placement.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let (Some(assets), Some(placement)) =
            (environment.get("assets"), environment.get("placement"))
        else {
            continue;
        };
        let table = assets.value().as_object();
        let Some(first) = table.and_then(|table| table.entry("run_worker_first")) else { continue };
        let smart = placement.value().get("mode").and_then(Value::as_str) == Some("smart");
        if !smart || first.value.as_bool() != Some(true) {
            continue;
        }
        let place = Place { file: cx.service.config.file, span: placement.span() };
        let _ = out
            .at(first.key_span.to(first.value.span))
            .say("smart placement moves every request for an asset to where the code runs")
            .label("every request goes to the code")
            .see(place, "and the code runs near its data")
            .path(format!("{}.run_worker_first", assets.path()))
            .help("name the paths that need the code: run_worker_first = [\"/api/*\"]")
            .on(&environment);
    }
}
