//! # A suppression matches nothing
//!
//! ## What it checks
//!
//! That every `clodo-ignore` in a comment, every entry of `checks.ignore` in `clodo.yml` and every
//! entry of the baseline still puts a finding aside. Only complete runs can tell: nothing is said
//! where some paths, services or environments were left out, and nothing about rules that did not
//! run because they need the account.
//!
//! ## Why it matters
//!
//! The problem is gone, but the permission to have it is not. It would hide the next one of its
//! kind without anyone having looked.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! minify = true # clodo-ignore config/wrong-type: will be corrected with the next release
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! minify = true
//! ```
//!
//! ## How to fix
//!
//! Remove the comment or the entry. Write the baseline anew with
//! `clodo check --write-baseline FILE`.
//!
//! A comment counts for its own line, for the line directly below it, and above the header of a
//! TOML table for that table. If the finding is still there, the comment stands in the wrong
//! place: a blank line in between is enough.
//!
//! ## References
//!
//! - `clodo explain config/invalid-suppression`: the form of a suppression

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/stale-suppression",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("stale_suppression.rs"),
    check: Check::Run,
};
