//! # A value is of the right type and still not allowed
//!
//! ## What it checks
//!
//! Keys that take only certain words or a certain range: `assets.html_handling`, `placement.mode`,
//! sampling rates between 0 and 1, ports, workflow names.
//!
//! ## Why it matters
//!
//! Wrangler stops before it uploads anything.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [assets]
//! directory = "public"
//! not_found_handling = "spa"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [assets]
//! directory = "public"
//! not_found_handling = "single-page-application"
//! ```
//!
//! ## How to fix
//!
//! Use one of the values that the message lists.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/invalid-value",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("invalid_value.rs"),
    check: Check::Shape,
};
