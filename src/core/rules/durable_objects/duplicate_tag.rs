//! # Two Durable Object migrations have one tag
//!
//! ## What it checks
//!
//! The `tag` of each migration: that none stands twice.
//!
//! ## Why it matters
//!
//! Cloudflare remembers only the tag of the last migration that it ran. Wrangler finds the first
//! migration with that tag and sends everything after it, so the second one is sent with every
//! deployment, also after it was applied: a class is created or deleted again, and the deployment
//! fails.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Basket"]
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! new_sqlite_classes = ["Basket"]
//! ```
//!
//! ## How to fix
//!
//! Give the later migration a tag of its own. A tag that has been applied must not change.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use std::collections::BTreeMap;

use crate::core::model::{Place, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/duplicate-tag",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-06"],
    page: include_str!("duplicate_tag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(migrations) = environment.get("migrations") else { continue };
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (index, migration) in migrations.value().items().iter().enumerate() {
            let Some(tag) = migration.get("tag") else { continue };
            let Some(name) = tag.as_str() else { continue };
            let Some(first) = seen.get(name).copied() else {
                seen.insert(name, tag.span);
                continue;
            };
            let file = cx.service.config.file;
            let _ = out
                .at(tag.span)
                .say(format!("two migrations have the tag {name}"))
                .label(format!("{name} again"))
                .see(Place { file, span: first }, "the first one")
                .path(format!("{}[{index}].tag", migrations.path()))
                .why("Wrangler finds the first, and sends the second with every deployment")
                .help("give the later one a new tag")
                .on(&environment);
        }
    }
}
