//! # The name of the Worker has characters that are not allowed
//!
//! ## What it checks
//!
//! The `name` at the top level and in each environment: lowercase letters, digits, underscores and
//! dashes, and no dash first.
//!
//! ## Why it matters
//!
//! Wrangler stops. The name becomes part of an address, so it takes only what an address takes.
//!
//! ## Bad
//!
//! ```toml
//! name = "My_Shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "my-shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## How to fix
//!
//! Write the name in lowercase with dashes.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/worker-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-08"],
    page: include_str!("worker_name.rs"),
    check: Check::Shape,
};
