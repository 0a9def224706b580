//! # The observability of a container does not fit together
//!
//! ## What it checks
//!
//! `observability` of containers: a switch (`enabled` or `logs.enabled`), and at most one of
//! `target_instance_percentage` and `target_instance_count`, which need the switch to be on.
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
//! observability = { target_instance_count = 2 }
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
//! observability = { enabled = true, target_instance_count = 2 }
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
//! Set the switch, and keep one of the two targets.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#containers>

use crate::core::config::shape::{Other, Shape, Table, Unknown, optional, table};
use crate::core::model::{Object, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/container-observability",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("container_observability.rs"),
    check: Check::Service(check),
};

const SHAPE: Table = table(&[
    optional("enabled", Shape::Boolean),
    optional("logs", Shape::Table(&table(&[optional("enabled", Shape::Boolean)]))),
    optional("target_instance_percentage", Shape::Number),
    optional("target_instance_count", Shape::Number),
]);

/// `validateContainerObservability` looks at nothing else where this is not a table.
const WHOLE: Shape =
    Shape::Table(&Table { fields: SHAPE.fields, unknown: Unknown::Warn, other: Other::Reject });

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("containers") {
            for (index, item) in value.items().iter().enumerate() {
                let Some(observability) = item.get("observability") else { continue };
                let path = format!("{path}[{index}].observability");
                let mut mismatches = Vec::new();
                WHOLE.check(observability, &path, &mut mismatches);
                for mismatch in mismatches {
                    let draft = out.at(mismatch.span).say(mismatch.message).path(mismatch.path);
                    let draft = draft.wrangler(mismatch.wrangler).written_in(&level);
                    if mismatch.wrangler == WranglerSays::Warns {
                        let _ = draft.severity(Severity::Warning);
                    }
                }
                let managed =
                    item.get("scheduling_policy").and_then(Value::as_str) == Some("durable_object");
                let Some(table) = observability.as_object() else { continue };
                for (key, problem) in problems(table, managed) {
                    let _ = out
                        .at(observability.span_of(key))
                        .say(format!("`{path}.{key}` {problem}"))
                        .path(format!("{path}.{key}"))
                        .written_in(&level);
                }
            }
        }
    }
}

fn problems(table: &Object, managed: bool) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let logs = table.get("logs").and_then(|logs| logs.get("enabled"));
    let enabled = table.get("enabled");
    let percentage = table.get("target_instance_percentage");
    let count = table.get("target_instance_count");
    if enabled.is_none() && logs.is_none() && percentage.is_none() && count.is_none() {
        found.push(("enabled", "is missing, and so is `logs.enabled`"));
    }
    let switches = (enabled.and_then(Value::as_bool), logs.and_then(Value::as_bool));
    if matches!(switches, (Some(enabled), Some(logs)) if enabled != logs) {
        found.push(("enabled", "and `logs.enabled` have different values"));
    }
    let on = enabled.or(logs).is_some()
        && [enabled, logs].into_iter().flatten().any(|v| v.as_bool() == Some(true));
    let whole = |n: f64| n.fract() == 0.0;
    if percentage
        .and_then(Value::as_number)
        .is_some_and(|n| !whole(n) || !(1.0..=99.0).contains(&n))
    {
        found.push(("target_instance_percentage", "must be a whole number from 1 to 99"));
    }
    if count.and_then(Value::as_number).is_some_and(|n| !whole(n) || n < 1.0) {
        found.push(("target_instance_count", "must be a positive whole number"));
    }
    if percentage.is_some() && count.is_some() {
        found
            .push(("target_instance_count", "and `target_instance_percentage` exclude each other"));
    }
    for (key, target) in
        [("target_instance_percentage", percentage), ("target_instance_count", count)]
    {
        if target.is_some() && !on {
            found.push((key, "needs `enabled` or `logs.enabled` to be true"));
        }
        if target.is_some() && managed {
            found.push((key, "is not supported for containers that a Durable Object manages"));
        }
    }
    found
}
