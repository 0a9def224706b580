//! `clodo.yml`: what a project tells clodo. Everything in it is optional.
//!
//! [`read`] compares the file with the table of keys (`keys.rs`), by the same machinery as
//! Wrangler's configurations, and makes [`Settings`] of it. Here a key that is not known is an
//! error: a setting that was mistyped would otherwise silently not be made. [`json_schema`] says
//! the same to editors, from the same table.
//!
//! ```yaml
//! version: 1
//! services: ["apps/*"]
//! checks:
//!   fail-level: error
//!   rules: { workers-dev/implicit: off }
//!   ignore:
//!     - rule: config/unknown-key
//!       path: apps/legacy
//!       reason: rewritten this quarter
//!       until: 2026-12-31
//! ```

mod checks;
mod environment;
mod gate;
mod glob;
mod json_schema;
mod keys;
mod on;
mod pattern;
mod problem;
mod services;
mod settings;
mod shapes;

pub use environment::{EnvironmentSettings, Migrations, Queueing, Wish, is_production};
pub use gate::{CalendarFile, Gate};
pub use glob::PathGlob;
pub use json_schema::json_schema;
pub use on::{On, RefGlob};
pub use pattern::RulePattern;
pub use problem::{Problem, Problems, RULE};
pub use services::NamedService;
pub use settings::{FailLevel, Ignore, RuleLevel, RuleSetting, Settings, StateSetting};

use super::{SyntaxError, jsonc, yaml};
use crate::core::config::shape::Shape;
use crate::core::model::Value;

/// Reads a `clodo.yml`, or its JSON form where the path ends in `.json` or `.jsonc`.
///
/// Whether the rules and the services that it names exist are other questions: see
/// [`Settings::check_rules`] and [`Settings::check_services`].
pub fn read(path: &str, text: &str) -> Result<Settings, Problems> {
    let problems = |list: Vec<Problem>| Problems::new(path, list);
    let root = parse(path, text).map_err(|error| problems(vec![error.into()]))?;
    if root.as_object().is_none() {
        return Err(problems(vec![Problem::no_table(&root)]));
    }
    let mut mismatches = Vec::new();
    Shape::Table(&keys::ROOT).check(&root, "", &mut mismatches);
    if mismatches.is_empty() {
        Settings::of(path, &root).map_err(problems)
    } else {
        Err(problems(mismatches.into_iter().map(Problem::from).collect()))
    }
}

fn parse(path: &str, text: &str) -> Result<Value, SyntaxError> {
    if path.ends_with(".json") || path.ends_with(".jsonc") {
        jsonc::parse(text)
    } else {
        yaml::parse(text)
    }
}
