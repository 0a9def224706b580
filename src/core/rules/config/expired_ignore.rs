//! # The time of an ignore is over
//!
//! ## What it checks
//!
//! The `until` of every entry of `checks.ignore` in `clodo.yml`. The day itself still counts. The
//! entry is reported only where it would put a finding aside; otherwise it is stale.
//!
//! ## Why it matters
//!
//! Somebody wanted to look at this again. From now on the findings are reported, and count.
//!
//! ## Example
//!
//! ```yaml
//! checks:
//!   ignore:
//!     - rule: config/unknown-key
//!       path: apps/legacy
//!       reason: replaced by the new service
//!       until: 2026-01-31
//! ```
//!
//! ## How to fix
//!
//! Fix the findings and remove the entry. If it must stay, set `until` to a later day.
//!
//! ## References
//!
//! - `clodo explain config/stale-suppression`

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/expired-ignore",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("expired_ignore.rs"),
    check: Check::Run,
};
