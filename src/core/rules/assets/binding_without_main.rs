//! # Assets are bound to code that is not there
//!
//! ## What it checks
//!
//! `assets.binding` where the Worker has no `main`. Nothing is said where a script or a pipeline
//! names the code on Wrangler's command line, or where a build tool is known to complete the
//! configuration (the Vite plugin, Astro and others). It is a warning where some other build may.
//!
//! ## Why it matters
//!
//! A binding is how code reaches the assets. Wrangler stops when it deploys, in a dry run too:
//! `Cannot use assets with a binding in an assets-only Worker`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public", binding = "ASSETS" }
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
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Remove the binding, or name the code in `main`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/>

use crate::core::config::builds::Codeless;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/binding-without-main",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-08"],
    page: include_str!("binding_without_main.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(assets) = environment.get("assets") else { continue };
        let binding = assets.value().as_object().and_then(|table| table.entry("binding"));
        let Some(binding) = binding.filter(|binding| !binding.value.is_falsy()) else { continue };
        let severity = match Codeless::of(cx.run.workspace, &environment) {
            Some(Codeless::Certain) => Severity::Error,
            Some(Codeless::Likely) => Severity::Warning,
            None => continue,
        };
        let name = Value::as_str(&binding.value).unwrap_or("the binding");
        let _ = out
            .at(binding.key_span.to(binding.value.span))
            .say(format!("{name} binds the assets to code, and there is no main"))
            .label("for code alone")
            .path(format!("{}.binding", assets.path()))
            .why("Wrangler stops when it deploys")
            .help("remove binding, or name the code in main")
            .severity(severity)
            .on(&environment);
    }
}
