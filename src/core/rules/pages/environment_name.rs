//! # A Pages project has an environment that Pages does not know
//!
//! ## What it checks
//!
//! The names of environments in a configuration with `pages_build_output_dir`: only `preview` and
//! `production`.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` stops.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//!
//! [env.staging]
//! vars = { REGION = "eu" }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//!
//! [env.preview]
//! vars = { REGION = "eu" }
//! ```
//!
//! ## How to fix
//!
//! Name it `preview` or `production`. Other branches of a Pages project are previews.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::{Kind, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/environment-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-03"],
    page: include_str!("environment_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind != Kind::Pages {
        return;
    }
    let environments = cx.root().and_then(|root| root.get("env")).map(Value::entries);
    for entry in environments.unwrap_or_default() {
        if !matches!(&*entry.key, "preview" | "production") {
            let _ = out
                .at(entry.key_span)
                .say(format!(
                    "Pages knows the environments preview and production, not {}",
                    entry.key
                ))
                .path(format!("env.{}", entry.key))
                .help("rename it to preview or production, or remove it")
                .everywhere(cx.service);
        }
    }
}
