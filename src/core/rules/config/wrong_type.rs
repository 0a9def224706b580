//! # A key holds a value of the wrong type
//!
//! ## What it checks
//!
//! Every key against the types that Wrangler accepts for it, at the top level and in each
//! environment.
//!
//! ## Why it matters
//!
//! Wrangler stops before it uploads anything. It says so only when it runs, which in a pipeline
//! is after the build.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = "yes"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! ```
//!
//! ## How to fix
//!
//! Write the value as the message says. Numbers and booleans stand without quotes.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/wrong-type",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("wrong_type.rs"),
    check: Check::Shape,
};
