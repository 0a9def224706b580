//! # A Pages project has an entry point
//!
//! ## What it checks
//!
//! `main` in a configuration with `pages_build_output_dir`.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` stops: a Pages project takes its code from `functions/` or from
//! `_worker.js` in its output folder.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//! main = "src/index.ts"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## How to fix
//!
//! Remove `main` for a Pages project, or `pages_build_output_dir` for a Worker.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::Kind;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/main",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-03", "CFG-16"],
    page: include_str!("main.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind != Kind::Pages {
        return;
    }
    for environment in cx.environments() {
        if let Some(main) = environment.get("main") {
            let _ = out
                .at(main.span())
                .say("`main` and `pages_build_output_dir` exclude each other")
                .path(main.path())
                .help("remove `main` for a Pages project, or `pages_build_output_dir` for a Worker")
                .on(&environment);
        }
    }
}
