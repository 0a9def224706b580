//! # A migration runs after later ones have
//!
//! ## What it checks
//!
//! Migrations that a database has not run, and that come before one which it has.
//!
//! ## Why it matters
//!
//! Wrangler runs what has not run, in the order of the files, whatever has run before. So this one
//! runs on a schema that it was not written for, and in every other environment the order is
//! another one. Most often two branches took their numbers at the same time.
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
//! CREATE TABLE orders (id TEXT PRIMARY KEY, note TEXT);
//! ```
//!
//! ```sql migrations/0002_refunds.sql
//! CREATE TABLE refunds (id TEXT PRIMARY KEY);
//! ```
//!
//! ```sql migrations/0003_totals.sql
//! CREATE TABLE totals (id TEXT PRIMARY KEY);
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "d1_databases": [
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "migrations": { "d1_migrations": ["0001_orders.sql", "0003_totals.sql"] }
//!         }
//!       ]
//!     }
//!   ]
//! }
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
//! CREATE TABLE orders (id TEXT PRIMARY KEY, note TEXT);
//! ```
//!
//! ```sql migrations/0002_refunds.sql
//! CREATE TABLE refunds (id TEXT PRIMARY KEY);
//! ```
//!
//! ```sql migrations/0003_totals.sql
//! CREATE TABLE totals (id TEXT PRIMARY KEY);
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "d1_databases": [
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "migrations": {
//!             "d1_migrations": ["0001_orders.sql", "0002_refunds.sql", "0003_totals.sql"]
//!           }
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Give it a number after the last that has run.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_ledger::ledgers;
use crate::core::model::account::Part;
use crate::core::model::{Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/overtaken-migration",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases, Part::D1Migrations]),
    catalogue: &["D1-06"],
    page: include_str!("overtaken_migration.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        for ledger in ledgers(cx.run.workspace, &environment, account) {
            let Some((skipped, last)) = ledger.overtaken() else { continue };
            for migration in skipped {
                let draft = match migration.file {
                    Some(file) => out.in_file(file, Span::default()),
                    None => out.at(ledger.history.folder_span()),
                };
                let _ = draft
                    .say(format!(
                        "{} has not run in {}, and {} has",
                        migration.name, ledger.database.name, last.name
                    ))
                    .path(ledger.history.folder_path())
                    .why("it runs after the later one here, and before it everywhere else")
                    .help(format!("give it a number after {}", last.name))
                    .on(&environment);
            }
        }
    }
}
