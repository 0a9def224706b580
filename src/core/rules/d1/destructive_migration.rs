//! # The newest migration breaks what runs
//!
//! ## What it checks
//!
//! The newest migration of each D1 binding: `DROP TABLE`, `DROP COLUMN`, renamed tables and
//! columns, `DELETE` without `WHERE`, and new columns that are `NOT NULL` without a default. A
//! table that is dropped and made again in the same migration, as tools do to change it, is not
//! reported. Older migrations have been applied, and are not judged.
//!
//! Whether the newest one has been applied cannot be seen in the files, so it is a note. Where the
//! database can be asked, `d1/pending-damage` takes its place.
//!
//! ## Why it matters
//!
//! Migrations run before the new code is live, or after the old code has stopped being right: for a
//! while one of the two meets tables that it does not know. And what is dropped is gone from the
//! database: only Time Travel brings it back, with everything else that was written since.
//!
//! A new column that is `NOT NULL` without a default cannot be added to a table that has rows.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! migrations_dir = "migrations"
//! ```
//!
//! ```sql migrations/0001_orders.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
//! ```
//!
//! ```sql migrations/0002_drop.sql
//! ALTER TABLE orders DROP COLUMN note;
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! migrations_dir = "migrations"
//! ```
//!
//! ```sql migrations/0001_orders.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
//! ```
//!
//! ```sql migrations/0002_note.sql
//! ALTER TABLE orders ADD COLUMN note TEXT NOT NULL DEFAULT '';
//! ```
//!
//! ## How to fix
//!
//! Take two deployments: first the code that no longer needs the column, then the migration. Note a
//! bookmark before: `wrangler d1 time-travel info`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/time-travel/>

use crate::core::config::d1_damage::{Damage, damage};
use crate::core::config::d1_ledger::Ledger;
use crate::core::config::d1_migrations::all_histories;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/destructive-migration",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-07"],
    page: include_str!("destructive_migration.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (history, indexes) in all_histories(cx.workspace) {
        let newest = history.migrations.len().checked_sub(1);
        let newest = indexes.last().copied().filter(|last| Some(*last) == newest);
        let Some(migration) = newest.and_then(|newest| history.migrations.get(newest)) else {
            continue;
        };
        let Some(file) = migration.file else { continue };
        // Where it is known what has run, `d1/pending-damage` judges what has not.
        let account = cx.account(&history.environment);
        if account.and_then(|account| Ledger::of(history.clone(), account)).is_some() {
            continue;
        }
        for Damage { range, does } in damage(&cx.workspace.file(file).text) {
            let _ = out
                .in_file(file, range.into())
                .say(format!("{} {does}", migration.name))
                .label("the running code may need it")
                .path(history.binding.path.as_str())
                .why("old and new code run side by side for a while, with one of the two schemas")
                .help(
                    "deploy code that does without it first; note a bookmark before the migration",
                )
                .of(history.environment.service)
                .on(&history.environment);
        }
    }
}
