//! # The rollout of a container does not work out
//!
//! ## What it checks
//!
//! `rollout_step_percentage`: one of 5, 10, 20, 25, 50 and 100, or a list of rising percentages
//! from 10 that ends with 100 and is no longer than `max_instances`.
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
//! [[containers]]
//! class_name = "Cart"
//! image = "registry.example.com/cart:1"
//! rollout_step_percentage = [10, 50]
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[containers]]
//! class_name = "Cart"
//! image = "registry.example.com/cart:1"
//! rollout_step_percentage = [10, 50, 100]
//! max_instances = 3
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ## How to fix
//!
//! Correct the steps.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#containers>

use crate::core::config::wrangler::Level;
use crate::core::model::{Object, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/container-rollout",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("container_rollout.rs"),
    check: Check::Service(check),
};

/// Single values that Wrangler takes (cli.js:27215).
const STEPS: [f64; 6] = [5.0, 10.0, 20.0, 25.0, 50.0, 100.0];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("containers") {
            for (index, item) in value.items().iter().enumerate() {
                if let Some(table) = item.as_object() {
                    rollout(&level, table, &format!("{path}[{index}]"), out);
                }
            }
        }
    }
}

fn rollout(level: &Level<'_>, table: &Object, path: &str, out: &mut Findings<'_>) {
    if table.get("scheduling_policy").and_then(Value::as_str) == Some("durable_object") {
        return;
    }
    let Some(steps) = table.get("rollout_step_percentage") else { return };
    let instances = table.get("max_instances").and_then(Value::as_number);
    if let Some(problem) = problem(steps, instances) {
        let _ = out
            .at(steps.span)
            .say(format!("`{path}.rollout_step_percentage` {problem}"))
            .path(format!("{path}.rollout_step_percentage"))
            .help("for example [10, 50, 100]")
            .written_in(level);
    }
}

fn problem(steps: &Value, instances: Option<f64>) -> Option<String> {
    if let Some(step) = steps.as_number() {
        return (!STEPS.contains(&step))
            .then(|| format!("must be one of 5, 10, 20, 25, 50 and 100, not {step}"));
    }
    let Some(items) = steps.as_array() else {
        return Some(format!("must be a number or a list of numbers, not {}", steps.describe()));
    };
    let numbers: Vec<f64> = items.iter().filter_map(Value::as_number).collect();
    if numbers.len() < items.len() {
        return Some("must hold numbers only".to_owned());
    }
    if numbers.iter().any(|step| !(10.0..=100.0).contains(step)) {
        return Some("must hold percentages from 10 to 100".to_owned());
    }
    if numbers.windows(2).any(|pair| pair[1] < pair[0]) {
        return Some("must rise from step to step".to_owned());
    }
    if numbers.last().is_some_and(|last| *last != 100.0) {
        return Some("must end with 100".to_owned());
    }
    let too_many = instances.filter(|instances| numbers.len() as f64 > *instances);
    too_many.map(|instances| format!("has more steps than `max_instances`, {instances}"))
}
