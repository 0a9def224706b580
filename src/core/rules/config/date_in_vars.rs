//! # A variable holds a bare TOML date
//!
//! ## What it checks
//!
//! The values of `vars` for dates and times without quotes, which TOML reads as dates and not as
//! text.
//!
//! ## Why it matters
//!
//! Wrangler stops: a variable can hold text or JSON, and JSON has no dates.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! RELEASED = 2026-01-31
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! RELEASED = "2026-01-31"
//! ```
//!
//! ## How to fix
//!
//! Put the date into quotes.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/date-in-vars",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("date_in_vars.rs"),
    check: Check::Shape,
};
