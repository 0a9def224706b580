//! # A suppression does not count
//!
//! ## What it checks
//!
//! Comments that begin with `clodo-ignore`: that they name rules that exist, and give a reason.
//!
//! ## Why it matters
//!
//! A suppression without a reason cannot be judged by whoever reads it next, so it is not
//! applied. One that names a rule that does not exist suppresses nothing.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! minify = true # clodo-ignore config/wrong-type
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! release_train = "weekly" # clodo-ignore config/unknown-key: read by our own deploy script
//! ```
//!
//! ## How to fix
//!
//! Write the rules, separated by commas, then a colon, then the reason, on the line of the
//! finding or directly above it:
//!
//! ```text
//! # clodo-ignore family/rule: reason
//! # clodo-ignore family/rule, family/other-rule: reason
//! // clodo-ignore family/rule: reason        in JSON
//! ```
//!
//! ## References
//!
//! - `clodo rules` lists the rules

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/invalid-suppression",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("invalid_suppression.rs"),
    check: Check::Run,
};
