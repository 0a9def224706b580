//! # The name of an R2 bucket is not allowed
//!
//! ## What it checks
//!
//! The `bucket_name` and `preview_bucket_name` of R2 bindings: 3 to 63 lowercase letters, digits
//! and hyphens, and no hyphen at either end.
//!
//! ## Why it matters
//!
//! Wrangler stops: no bucket can have that name.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "Shop_Images"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//! ```
//!
//! ## How to fix
//!
//! Use the name of the bucket as the dashboard or `wrangler r2 bucket list` shows it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/r2/buckets/create-buckets/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/bucket-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["R2-04"],
    page: include_str!("bucket_name.rs"),
    check: Check::Shape,
};
