//! # A Pages project has no name
//!
//! ## What it checks
//!
//! The top-level `name` in a configuration with `pages_build_output_dir`.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` stops: all environments of a Pages project deploy to the project of that
//! name.
//!
//! ## Bad
//!
//! ```toml
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
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
//! Add the name of the Pages project.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::{Kind, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/missing-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-02"],
    page: include_str!("missing_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(root) = cx.root().filter(|_| cx.service.kind == Kind::Pages) else { return };
    let name = root.get("name").and_then(Value::as_str);
    if name.is_none_or(|name| name.trim().is_empty()) {
        let place = root.entry("pages_build_output_dir").map(|entry| entry.key_span);
        let _ = out
            .at(place.unwrap_or_default())
            .say("a Pages project needs a `name` at the top level")
            .path("name")
            .help("add name = \"the-project\"")
            .everywhere(cx.service);
    }
}
