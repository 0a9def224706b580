//! # Two keys of an export contradict each other
//!
//! ## What it checks
//!
//! Durable Objects in `exports`: that a class is not renamed to itself, that it has a name, and
//! that a container stands only beside SQLite storage.
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
//! [exports.Cart]
//! type = "durable-object"
//! state = "renamed"
//! renamed_to = "Cart"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [exports.Cart]
//! type = "durable-object"
//! state = "renamed"
//! renamed_to = "Basket"
//!
//! [exports.Basket]
//! type = "durable-object"
//! storage = "sqlite"
//! ```
//!
//! ## How to fix
//!
//! Correct the key that the message names.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::shape::join;
use crate::core::model::Value;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/exports",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06", "DO-10"],
    page: include_str!("exports.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for entry in level.get("exports").map(Value::entries).unwrap_or_default() {
            let word = |key: &str| entry.value.get(key).and_then(Value::as_str);
            if word("type") != Some("durable-object") {
                continue;
            }
            let path = join(&level.path("exports"), &entry.key);
            let mut say = |key: &str, message: String, help: &'static str| {
                let _ = out
                    .at(entry.value.get(key).map_or(entry.key_span, |value| value.span))
                    .say(message)
                    .path(join(&path, key))
                    .help(help)
                    .written_in(&level);
            };
            if entry.key.is_empty() {
                say("type", "the name of a class cannot be empty".into(), "name the class");
            }
            if word("state") == Some("renamed") && word("renamed_to") == Some(&entry.key) {
                say("renamed_to", format!("`{path}` is renamed to itself"), "name the new class");
            }
            if word("storage") == Some("legacy-kv") && word("container").is_some() {
                say(
                    "container",
                    format!("`{path}.container` needs storage = \"sqlite\""),
                    "change the storage, or remove the container",
                );
            }
        }
    }
}
