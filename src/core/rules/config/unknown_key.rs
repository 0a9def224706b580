//! # A key that nothing reads
//!
//! ## What it checks
//!
//! Every key against those that Wrangler 4.164.0 knows, at the top level, in each environment and
//! inside tables.
//!
//! A key that is one or two letters away from a known one is an error: the setting that was meant
//! is not made. Any other is a warning.
//!
//! ## Why it matters
//!
//! Wrangler prints a warning and goes on as if the key were not there. A misspelt `databse_id`
//! creates a new, empty database; a misspelt `routes` deploys without any.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatability_flags = ["nodejs_compat"]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["nodejs_compat"]
//! ```
//!
//! ## How to fix
//!
//! Correct the spelling, move the key to the table it belongs to, or remove it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/unknown-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-05", "CFG-20"],
    page: include_str!("unknown_key.rs"),
    check: Check::Shape,
};
