//! # Durable Objects are declared in two ways at once
//!
//! ## What it checks
//!
//! A configuration with both `migrations` and `exports` of Durable Objects.
//!
//! ## Why it matters
//!
//! Wrangler stops: the two describe the same life of a class.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [exports.Cart]
//! type = "durable-object"
//! storage = "sqlite"
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
//! storage = "sqlite"
//! ```
//!
//! ## How to fix
//!
//! Keep one of the two.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::model::{Place, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/migrations-and-exports",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-10"],
    page: include_str!("migrations_and_exports.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let (Some(migrations), Some(exports)) =
            (environment.get("migrations"), environment.get("exports"))
        else {
            continue;
        };
        let declared = exports.value().entries().iter().find(|entry| {
            entry.value.get("type").and_then(Value::as_str) == Some("durable-object")
        });
        if let Some(entry) = declared.filter(|_| !migrations.value().items().is_empty()) {
            let _ = out
                .at(entry.key_span)
                .say("`migrations` and `exports` both declare Durable Objects")
                .see(
                    Place { file: cx.service.config.file, span: migrations.entry.key_span },
                    "`migrations` is here",
                )
                .path(exports.path())
                .help("keep one of the two")
                .refused_in(&environment);
        }
    }
}
