//! # Development works on the real R2 bucket
//!
//! ## What it checks
//!
//! R2 bindings whose `preview_bucket_name` is the same as their `bucket_name`.
//!
//! ## Why it matters
//!
//! `preview_bucket_name` is what `wrangler dev --remote` works with: it exists so that an
//! experiment on one desk does not change the real data. With the same value in both it does.
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//! preview_bucket_name = "shop-images"
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//! preview_bucket_name = "shop-images-preview"
//! ```
//!
//! ## How to fix
//!
//! Create a resource for development and name it in `preview_bucket_name`. Where nobody uses
//! `wrangler dev --remote`, remove `preview_bucket_name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>
//! - <https://developers.cloudflare.com/workers/wrangler/commands/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::report_same_preview;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/same-preview",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("same_preview.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let help = "`wrangler r2 bucket create` makes a bucket for development";
    report_same_preview(cx, "r2_buckets", "bucket_name", help, out);
}
