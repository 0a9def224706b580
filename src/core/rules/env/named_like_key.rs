//! # An environment has the name of a configuration key
//!
//! ## What it checks
//!
//! Environments called `vars`, `kv_namespaces`, `routes` and the like.
//!
//! ## Why it matters
//!
//! `[env.vars]` does not set variables for all environments: it defines an environment called
//! `vars`. What stands in it has no effect on any other.
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
//! [env.vars]
//! CURRENCY = "EUR"
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
//! [vars]
//! CURRENCY = "EUR"
//! ```
//!
//! ## How to fix
//!
//! Write `[vars]` for the top level, or `[env.NAME.vars]` for an environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/named-like-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-05"],
    page: include_str!("named_like_key.rs"),
    check: Check::Service(check),
};

/// Keys that nobody calls an environment. `dev`, `site` and `build` are keys too, and good names.
const KEYS: [&str; 15] = [
    "compatibility_flags",
    "d1_databases",
    "define",
    "durable_objects",
    "hyperdrive",
    "kv_namespaces",
    "migrations",
    "queues",
    "r2_buckets",
    "route",
    "routes",
    "secrets",
    "services",
    "triggers",
    "vars",
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let environments = cx.root().and_then(|root| root.get("env")).map(Value::entries);
    for entry in environments.unwrap_or_default() {
        let name = &*entry.key;
        if KEYS.contains(&name) {
            let _ = out
                .at(entry.key_span)
                .say(format!("`env.{name}` defines an environment called {name}"))
                .label("this is the place of an environment's name")
                .path(format!("env.{name}"))
                .why(format!("`{name}` of the other environments stays as it is"))
                .help(format!("write [{name}] for the top level, or [env.NAME.{name}]"))
                .in_environment(Some(name));
        }
    }
}
