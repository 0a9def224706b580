//! # The tags of migrations count backwards
//!
//! ## What it checks
//!
//! Tags that end in a number after the same letters, such as `v1` and `v2`: that the numbers grow
//! in the order of the list.
//!
//! ## Why it matters
//!
//! Migrations are applied in the order of the list. Wrangler finds the one that was applied last by
//! its tag, and sends those that stand after it. A migration that is put before it is never
//! applied; one that is moved behind it is applied twice.
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
//! tag = "v2"
//! new_sqlite_classes = ["Order"]
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
//! workers_dev = false
//! preview_urls = false
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! new_sqlite_classes = ["Order"]
//! ```
//!
//! ## How to fix
//!
//! Put new migrations at the end, and do not move those that have been applied. If the order is
//! right and only the numbers are odd, ignore this finding with a reason: tags that have been
//! applied must not change.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::wrangler::lifecycle::numbered;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/tag-order",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-06"],
    page: include_str!("tag_order.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(migrations) = environment.get("migrations") else { continue };
        let tags =
            migrations.value().items().iter().enumerate().filter_map(|(index, migration)| {
                let tag = migration.get("tag")?;
                Some((index, tag, numbered(tag.as_str()?)?))
            });
        let tags: Vec<(usize, &Value, (&str, u64))> = tags.collect();
        for pair in tags.windows(2) {
            let [(_, before, (letters, earlier)), (index, tag, (same, later))] = pair else {
                continue;
            };
            if letters != same || later >= earlier {
                continue;
            }
            let file = cx.service.config.file;
            let _ = out
                .at(tag.span)
                .say(format!("the migration {tag} stands after {before}"))
                .label("a smaller number")
                .see(Place { file, span: before.span }, "a greater number")
                .path(format!("{}[{index}].tag", migrations.path()))
                .why("migrations that stand before the last applied one are never applied")
                .help("put new migrations at the end")
                .on(&environment);
        }
    }
}
