//! # `env` is not a table
//!
//! ## What it checks
//!
//! That `env` is a table whose keys are the names of environments.
//!
//! ## Why it matters
//!
//! Wrangler says nothing and goes on without environments, or with environments called `0`, `1`, …
//! where it is a list. A deployment with `--env` then stops, or deploys a new Worker with the
//! bindings of the top level.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! env = "production"
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
//!
//! [env.production]
//! workers_dev = false
//! ```
//!
//! ## How to fix
//!
//! Write a table for each environment, `[env.NAME]`. The environment of a deployment is chosen with
//! `--env`, not in the file.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/not-a-table",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("not_a_table.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(env) = cx.root().and_then(|root| root.entry("env")) else { return };
    if env.value.is_null() || env.value.as_object().is_some() {
        return;
    }
    let _ = out
        .at(env.key_span.to(env.value.span))
        .say(format!("`env` must be a table of environments, not {}", env.value.describe()))
        .path("env")
        .why("Wrangler goes on without the environments")
        .help("write [env.NAME] for each environment, and choose one with --env")
        .everywhere(cx.service);
}
