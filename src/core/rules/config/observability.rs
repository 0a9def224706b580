//! # Observability has no switch
//!
//! ## What it checks
//!
//! That `observability` says with a boolean whether something is on: `enabled`, `logs.enabled`,
//! `traces.enabled` or `issues.enabled`.
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
//! [observability]
//! head_sampling_rate = 0.1
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [observability]
//! enabled = true
//! head_sampling_rate = 0.1
//! ```
//!
//! ## How to fix
//!
//! Add `enabled = true`, or set the switch of logs or traces.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/observability/logs/workers-logs/>

use crate::core::model::Value;
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/observability",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("observability.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("observability") {
            // Not a table: config/wrong-type has said so. A list is a table without keys.
            if value.as_object().is_none() && value.as_array().is_none() {
                continue;
            }
            let part = |name: &str| value.get(name).and_then(|part| part.get("enabled"));
            let switches = [value.get("enabled"), part("logs"), part("traces"), part("issues")];
            if switches.into_iter().flatten().any(|switch| switch.as_bool().is_some()) {
                continue;
            }
            let wrong = value.get("enabled");
            let message = match wrong {
                Some(wrong) => {
                    format!("`{path}.enabled` must be true or false, not {}", wrong.describe())
                }
                None => format!(
                    "`{path}.enabled` is missing, and so are the switches of logs, traces and issues"
                ),
            };
            let draft = out
                .at(wrong.map_or(value.span, |wrong: &Value| wrong.span))
                .say(message)
                .path(format!("{path}.enabled"))
                .help("write enabled = true or enabled = false")
                .written_in(&level);
            if wrong.is_none() {
                let _ =
                    draft.fix(Edit::Set { path: format!("{path}.enabled"), value: true.into() });
            }
        }
    }
}
