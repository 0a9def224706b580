//! # A key is set to an empty text that Wrangler ignores
//!
//! ## What it checks
//!
//! An empty `account_id` or `route`.
//!
//! ## Why it matters
//!
//! Wrangler warns and goes on as if the key were not there. Old project templates put such empty
//! keys into new projects.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! account_id = ""
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! account_id = "9a7806061c88ada191ed06f989cc3dac"
//! ```
//!
//! ## How to fix
//!
//! Fill the key in, or remove it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/empty-value",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-06"],
    page: include_str!("empty_value.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for key in ["account_id", "route"] {
            if let Some(entry) = level.entry(key).filter(|entry| entry.value.as_str() == Some("")) {
                let _ = out
                    .at(entry.key_span.to(entry.value.span))
                    .say(format!("`{key}` is empty, so Wrangler ignores it"))
                    .path(level.path(key))
                    .help("fill it in or remove it")
                    .fix(Edit::Remove { path: level.path(key) })
                    .written_in(&level);
            }
        }
    }
}
