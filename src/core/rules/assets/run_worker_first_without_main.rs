//! # Code comes first, and there is none
//!
//! ## What it checks
//!
//! `assets.run_worker_first`, as `true` or as a list, where the Worker has no `main`. Nothing is
//! said where a script or a pipeline names the code on Wrangler's command line, or where a build
//! tool is known to complete the configuration (the Vite plugin, Astro and others). It is a warning
//! where some other build may.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `Cannot set run_worker_first without a Worker
//! script`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public", run_worker_first = ["/api/*"] }
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
//! Remove `run_worker_first`, or name the code in `main`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/>

use crate::core::config::builds::Codeless;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/run-worker-first-without-main",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-09"],
    page: include_str!("run_worker_first_without_main.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(assets) = environment.get("assets") else { continue };
        let first = assets.value().as_object().and_then(|table| table.entry("run_worker_first"));
        let says_so = |value: &Value| value.as_bool() == Some(true) || !value.items().is_empty();
        let Some(first) = first.filter(|first| says_so(&first.value)) else { continue };
        let severity = match Codeless::of(cx.run.workspace, &environment) {
            Some(Codeless::Certain) => Severity::Error,
            Some(Codeless::Likely) => Severity::Warning,
            None => continue,
        };
        let _ = out
            .at(first.key_span.to(first.value.span))
            .say("run_worker_first asks for code, and there is no main")
            .path(format!("{}.run_worker_first", assets.path()))
            .why("Wrangler stops when it deploys")
            .help("remove run_worker_first, or name the code in main")
            .severity(severity)
            .on(&environment);
    }
}
