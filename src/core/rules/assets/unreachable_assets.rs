//! # Code comes first and cannot reach the assets
//!
//! ## What it checks
//!
//! `assets.run_worker_first = true` without `assets.binding`.
//!
//! ## Why it matters
//!
//! Every request goes to the code, and without a binding the code has no way to the assets. They
//! are uploaded, and nobody ever gets them. Wrangler warns: `run_worker_first=true set without an
//! assets binding`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public", run_worker_first = true }
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
//! assets = { directory = "public", binding = "ASSETS", run_worker_first = true }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Add `binding` to `assets`, or let the code come first for some paths only.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/#binding>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/unreachable-assets",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-09"],
    page: include_str!("unreachable_assets.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        // Without a `main` there is a worse mistake, and another rule.
        let main = environment.get("main");
        let Some(assets) = environment.get("assets").filter(|_| main.is_some()) else { continue };
        let table = assets.value().as_object();
        let Some(first) = table.and_then(|table| table.entry("run_worker_first")) else { continue };
        let bound = assets.value().get("binding").is_some_and(|binding| !binding.is_falsy());
        if Value::as_bool(&first.value) != Some(true) || bound {
            continue;
        }
        let _ = out
            .at(first.key_span.to(first.value.span))
            .say("the code gets every request, and has no binding to the assets")
            .path(format!("{}.run_worker_first", assets.path()))
            .why("the assets are uploaded, and nobody ever gets them")
            .help("add binding = \"ASSETS\" to assets")
            .on(&environment);
    }
}
