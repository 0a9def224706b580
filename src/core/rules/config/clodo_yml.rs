//! # clodo.yml cannot be used
//!
//! ## What it checks
//!
//! `clodo.yml`, `clodo.yaml` or `clodo.json`: that it can be parsed, that every key is known and
//! holds a value of its type, and that the rules it names exist.
//!
//! ## Why it matters
//!
//! clodo stops with exit code 2. With half of the settings it would report, and later deploy,
//! something that nobody asked for.
//!
//! ## Example
//!
//! ```yaml
//! version: 1
//! services: ["apps/*"]
//! checks:
//!   fail-level: error
//!   rules: { workers-dev/implicit: off }
//! ```
//!
//! ## How to fix
//!
//! Correct the marked places. `clodo schema` prints a JSON Schema with which editors show
//! mistakes while you type.
//!
//! ## References
//!
//! - <https://yaml.org/spec/1.2.2/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/clodo-yml",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("clodo_yml.rs"),
    check: Check::Run,
};
