//! # A route has a shape that Wrangler does not know
//!
//! ## What it checks
//!
//! Each route: text, or a table with `pattern` and one of `zone_name`, `zone_id` or
//! `custom_domain`. With `custom_domain` there may be `enabled` and `previews_enabled`. Nothing
//! else.
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
//! routes = [{ pattern = "shop.example.com/*", zone = "example.com" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! Keep `pattern` and exactly one way to name the zone.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/invalid-route",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("invalid_route.rs"),
    check: Check::Shape,
};
