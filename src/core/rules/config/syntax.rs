//! # A configuration cannot be parsed
//!
//! ## What it checks
//!
//! That each configuration is TOML, or JSON with comments and trailing commas, as Wrangler reads
//! it, and is saved as UTF-8: Wrangler refuses the byte order marks of UTF-16 and UTF-32.
//!
//! ## Why it matters
//!
//! Wrangler stops. Nothing else about the file can be checked.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop
//! main = "src/index.ts"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## How to fix
//!
//! Correct the marked place.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/syntax",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-01"],
    page: include_str!("syntax.rs"),
    check: Check::Run,
};
