//! # A binding does not say what it is bound to
//!
//! ## What it checks
//!
//! Pipelines without a `stream`, VPC networks without exactly one of `tunnel_id` and `network_id`,
//! and Durable Objects with an `environment` but no `script_name`.
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
//! [[vpc_networks]]
//! binding = "OFFICE"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[vpc_networks]]
//! binding = "OFFICE"
//! tunnel_id = "0199295b-b3ac-7760-8246-bca40877b3e9"
//! ```
//!
//! ## How to fix
//!
//! Add the key that the message names.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::wrangler::Level;
use crate::core::model::{Object, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/target",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("target.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("pipelines") {
            judge(&level, value.items(), &path, pipeline, out);
        }
        for (value, path) in level.with_previews("durable_objects") {
            let bindings = value.get("bindings").map(Value::items).unwrap_or_default();
            judge(&level, bindings, &format!("{path}.bindings"), durable_object, out);
        }
        let networks = level.get("vpc_networks").map(Value::items).unwrap_or_default();
        judge(&level, networks, &level.path("vpc_networks"), network, out);
    }
}

/// What is wrong with a binding: the key, the message and the help.
type Problem = (&'static str, &'static str, &'static str);

fn judge(
    level: &Level<'_>,
    bindings: &[Value],
    path: &str,
    problem: fn(&Object) -> Option<Problem>,
    out: &mut Findings<'_>,
) {
    for (index, item) in bindings.iter().enumerate() {
        let Some((key, message, help)) = item.as_object().and_then(problem) else { continue };
        let path = format!("{path}[{index}]");
        let _ = out
            .at(item.span)
            .say(format!("`{path}` {message}"))
            .path(format!("{path}.{key}"))
            .help(help)
            .written_in(level);
    }
}

fn durable_object(table: &Object) -> Option<Problem> {
    let alone = table.get("environment").is_some() && table.get("script_name").is_none();
    alone.then_some((
        "script_name",
        "has an `environment` without a `script_name`",
        "add `script_name`, or remove `environment`",
    ))
}

fn pipeline(table: &Object) -> Option<Problem> {
    // Wrangler takes any type whose other key is text or absent, and asks only for a value.
    let fits = |key: &str| table.get(key).is_none_or(|value| value.as_str().is_some());
    let filled = |key: &str| table.get(key).is_some_and(|value| !value.is_falsy());
    let bound = (fits("stream") && filled("stream")) || (fits("pipeline") && filled("pipeline"));
    (!bound).then_some(("stream", "needs a `stream`", "add stream = \"ID\""))
}

fn network(table: &Object) -> Option<Problem> {
    let text = |value: &Value| value.as_str().is_some();
    match (table.get("tunnel_id"), table.get("network_id")) {
        (Some(_), Some(_)) => {
            Some(("tunnel_id", "has both `tunnel_id` and `network_id`", "keep one of them"))
        }
        (None, None) => {
            Some(("tunnel_id", "needs a `tunnel_id` or a `network_id`", "add one of them"))
        }
        (Some(id), None) if !text(id) => {
            Some(("tunnel_id", "needs a `tunnel_id` that is text", "put it into quotes"))
        }
        (None, Some(id)) if !text(id) => {
            Some(("network_id", "needs a `network_id` that is text", "put it into quotes"))
        }
        _ => None,
    }
}
