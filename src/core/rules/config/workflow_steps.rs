//! # A Workflow asks for more steps than production allows
//!
//! ## What it checks
//!
//! The `limits.steps` of Workflows against the maximum of 25,000.
//!
//! ## Why it matters
//!
//! Wrangler warns that it may not work when deployed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[workflows]]
//! binding = "CHECKOUT"
//! name = "checkout"
//! class_name = "Checkout"
//! limits = { steps = 30000 }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[workflows]]
//! binding = "CHECKOUT"
//! name = "checkout"
//! class_name = "Checkout"
//! limits = { steps = 25000 }
//! ```
//!
//! ## How to fix
//!
//! Stay at or below 25,000, or split the Workflow.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workflows/reference/limits/>

use crate::core::model::Value;
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/workflow-steps",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("workflow_steps.rs"),
    check: Check::Service(check),
};

/// The most steps that production allows a Workflow (cli.js:27465).
const MAX_STEPS: f64 = 25_000.0;

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        let bound = level.with_previews("workflows").flat_map(|(value, path)| {
            let items = value.items().iter().enumerate();
            items.map(move |(index, item)| (item, format!("{path}[{index}]")))
        });
        let exported = level.get("exports").map(Value::entries).unwrap_or_default();
        let exported = exported.iter().filter_map(|entry| {
            let workflow = entry.value.get("type")?.as_str()? == "workflow";
            workflow.then(|| (&entry.value, format!("{}.{}", level.path("exports"), entry.key)))
        });
        for (workflow, path) in bound.chain(exported) {
            let steps = workflow.get("limits").and_then(|limits| limits.get("steps"));
            let many = |n: f64| n > MAX_STEPS && n.fract() == 0.0;
            if let Some(steps) = steps.filter(|steps| steps.as_number().is_some_and(many)) {
                let _ = out
                    .at(steps.span)
                    .say(format!("`{path}.limits.steps` is above 25000, the maximum in production"))
                    .path(format!("{path}.limits.steps"))
                    .help("write 25000 or less")
                    .fix(Edit::Set { path: format!("{path}.limits.steps"), value: 25_000.into() })
                    .written_in(&level);
            }
        }
    }
}
