//! # A generated configuration has environments
//!
//! ## What it checks
//!
//! Configurations that a build tool generated and redirected Wrangler to with
//! `.wrangler/deploy/config.json`.
//!
//! ## Why it matters
//!
//! Wrangler stops: a generated configuration is for the one environment that it was built for.
//!
//! ## Example
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! # .wrangler/deploy/config.json redirects to this file
//! [env.staging]
//! workers_dev = true
//! ```
//!
//! ## How to fix
//!
//! Update the build tool, or report it to its authors. Choose the environment when building, with
//! `CLOUDFLARE_ENV`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/in-redirected-config",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-10", "CFG-04"],
    page: include_str!("in_redirected_config.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(entry) = cx.root().and_then(|root| root.entry("env")).filter(|_| cx.is_redirected())
    else {
        return;
    };
    if cx.service.environments.is_empty() {
        return;
    }
    let _ = out
        .at(entry.key_span)
        .say("a generated configuration must not have environments")
        .path("env")
        .help("update the tool that generated it, or report it to its authors")
        .everywhere(cx.service);
}
