//! # Two migrations have one number
//!
//! ## What it checks
//!
//! The numbers with which the names of migrations begin: that none comes twice in the folder of a
//! D1 binding.
//!
//! ## Why it matters
//!
//! Wrangler applies migrations in the order of their numbers, and those of one number in the order
//! of their names. Two branches that each added a `0002` get an order by accident. Where one of
//! them has been applied before the other was merged, databases that are set up anew run them in
//! another order than production did.
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
//! ```sql migrations/0002_prices.sql
//! CREATE TABLE prices (id TEXT PRIMARY KEY);
//! ```
//!
//! ```sql migrations/0002_search.sql
//! CREATE INDEX orders_by_id ON orders (id);
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
//! ```sql migrations/0002_prices.sql
//! CREATE TABLE prices (id TEXT PRIMARY KEY);
//! ```
//!
//! ```sql migrations/0003_search.sql
//! CREATE INDEX orders_by_id ON orders (id);
//! ```
//!
//! ## How to fix
//!
//! Give the later one the next free number, before it is applied anywhere: D1 remembers migrations
//! by their names, so one that is renamed afterwards runs again.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_migrations::{histories_by_folder, number};
use crate::core::model::{Place, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/duplicate-number",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-06"],
    page: include_str!("duplicate_number.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for history in histories_by_folder(cx.run.workspace, cx.service) {
        for pair in history.migrations.windows(2) {
            let [one, other] = pair else { continue };
            let same = number(&one.name).zip(number(&other.name)).is_some_and(|(a, b)| a == b);
            if !same {
                continue;
            }
            let draft = out
                .at(history.folder_span())
                .say(format!("the migrations {} and {} have the same number", one.name, other.name))
                .label("in this folder")
                .path(history.folder_path())
                .why("their order is that of their names, and may differ between two databases")
                .help(format!(
                    "give {} the next free number, if no database has it yet",
                    other.name
                ))
                .on(&history.environment);
            let _ = [one, other].into_iter().fold(draft, |draft, migration| match migration.file {
                Some(file) => draft.see(Place { file, span: Span::default() }, "with this number"),
                None => draft,
            });
        }
    }
}
