//! # Development works on the real KV namespace
//!
//! ## What it checks
//!
//! KV bindings whose `preview_id` is the same as their `id`.
//!
//! ## Why it matters
//!
//! `preview_id` is what `wrangler dev --remote` works with: it exists so that an experiment on one
//! desk does not change the real data. With the same value in both it does.
//!
//! Cloudflare documents this as a way to work with the real data on purpose. Then ignore this
//! finding with a reason.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! preview_id = "0f2ac74b498b48028cb68387c421e279"
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! preview_id = "77e9b4c1f0a84b0f8f0a0e2a4f0c9d3b"
//! ```
//!
//! ## How to fix
//!
//! Create a resource for development and name it in `preview_id`. Where nobody uses `wrangler dev
//! --remote`, remove `preview_id`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>
//! - <https://developers.cloudflare.com/workers/wrangler/commands/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::report_same_preview;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "kv/same-preview",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["KV-06"],
    page: include_str!("same_preview.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let help = "`wrangler kv namespace create --preview` makes one for development";
    report_same_preview(cx, "kv_namespaces", "id", help, out);
}
