//! # A new Durable Object class gets the old storage
//!
//! ## What it checks
//!
//! `new_classes` in the newest migration. With a `compatibility_date` before April 2025, when
//! SQLite storage became the rule, it is a note: the class is then likely to exist already.
//!
//! ## Why it matters
//!
//! `new_classes` makes classes with key-value storage. Accounts on the Free plan, and accounts that
//! never had such classes, are refused (codes 10097 and 10099). Where it works, the class lacks SQL
//! and point-in-time recovery, and cannot be converted later.
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
//! new_classes = ["Cart"]
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
//! ```
//!
//! ## How to fix
//!
//! Use `new_sqlite_classes`. It has the same key-value methods. If the class has been deployed with
//! `new_classes`, leave it: a change of a migration that was applied does nothing.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://github.com/sjdonado/idonthavespotify/pull/83>

use crate::core::config::wrangler::lifecycle::{Change, steps};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/legacy-storage",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-04"],
    page: include_str!("legacy_storage.rs"),
    check: Check::Service(check),
};

/// Since when new Durable Objects should have SQLite storage: its general availability.
const SQLITE_IS_THE_RULE: &str = "2025-04-07";

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(migrations) = environment.get("migrations") else { continue };
        let Some(newest) = migrations.value().items().len().checked_sub(1) else { continue };
        let date = environment.text("compatibility_date");
        let old = date.is_some_and(|date| date < SQLITE_IS_THE_RULE);
        for step in steps(migrations.value()) {
            if step.migration != newest || step.change != (Change::Create { sqlite: false }) {
                continue;
            }
            let draft = out
                .at(step.span)
                .say(format!("{} creates {} with the old storage", step.title(), step.class))
                .label("key-value storage")
                .path(step.path(&migrations.path()))
                .why("the Free plan and new accounts refuse it (codes 10097, 10099)")
                .help("if it is not deployed yet, use new_sqlite_classes")
                .on(&environment);
            if old {
                let _ = draft.severity(Severity::Note);
            }
        }
    }
}
