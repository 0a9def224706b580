//! # A class is renamed to one that is not declared
//!
//! ## What it checks
//!
//! Classes in `exports` with `state = "renamed"`: that the class of `renamed_to` stands there too,
//! in a state in which it exists.
//!
//! ## Why it matters
//!
//! Wrangler documents that the new name must be declared as well, and does not check it. Cloudflare
//! compares `exports` with what exists, and refuses the upload if they do not fit (code 100402).
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [exports.Cart]
//! type = "durable-object"
//! state = "renamed"
//! renamed_to = "Basket"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
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
//! Add an entry for the new name, with `type = "durable-object"` and the storage of the old one.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::wrangler::lifecycle::is_live;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/rename-target",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-10"],
    page: include_str!("rename_target.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(exports) = environment.get("exports") else { continue };
        for entry in exports.value().entries() {
            let text = |key: &str| entry.value.get(key).and_then(Value::as_str);
            let renamed =
                text("type") == Some("durable-object") && text("state") == Some("renamed");
            let Some(target) = entry.value.get("renamed_to").filter(|_| renamed) else { continue };
            let Some(name) = target.as_str().filter(|name| !name.is_empty()) else { continue };
            let itself = *name == *entry.key;
            if itself || exports.value().get(name).is_some_and(is_live) {
                continue;
            }
            let _ = out
                .at(target.span)
                .say(format!(
                    "the class {} is renamed to {name}, which `exports` does not declare",
                    entry.key
                ))
                .label("not declared")
                .path(format!("{}.{}.renamed_to", exports.path(), entry.key))
                .why("Cloudflare refuses `exports` that do not fit what exists (code 100402)")
                .help(format!(
                    "add [exports.{name}] with type = \"durable-object\" and its storage"
                ))
                .on(&environment);
        }
    }
}
