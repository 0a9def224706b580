//! # A migration that has not run breaks what runs
//!
//! ## What it checks
//!
//! The migrations that a database has not run, where the Worker is already live: `DROP TABLE`,
//! `DROP COLUMN`, renamed tables and columns, `DELETE` without `WHERE`, and new columns that are
//! `NOT NULL` without a default. With the account in view this takes the place of
//! `d1/destructive-migration`, which can only judge the newest file.
//!
//! ## Why it matters
//!
//! Between the migration and the deployment the version that is live meets tables that it does not
//! know, and if the deployment fails it goes on doing so. What is dropped is gone: only Time Travel
//! brings it back, with everything else that was written since.
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
//! CREATE TABLE orders (id TEXT PRIMARY KEY, note TEXT);
//! ```
//!
//! ```sql migrations/0002_note.sql
//! ALTER TABLE orders DROP COLUMN note;
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {} },
//!       "d1_databases": [
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "migrations": { "d1_migrations": ["0001_orders.sql"] }
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
//! ```sql migrations/0002_note.sql
//! ALTER TABLE orders DROP COLUMN note;
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {} },
//!       "d1_databases": [
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "migrations": { "d1_migrations": ["0001_orders.sql", "0002_note.sql"] }
//!         }
//!       ]
//!     }
//!   ]
//! }
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
use crate::core::config::d1_ledger::ledgers;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/pending-damage",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::D1Databases, Part::D1Migrations]),
    catalogue: &["D1-07"],
    page: include_str!("pending_damage.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed().filter(|worker| worker.live.is_some()) {
        for ledger in ledgers(cx.run.workspace, &worker.environment, worker.account) {
            for migration in ledger.pending() {
                let Some(file) = migration.file else { continue };
                for Damage { range, does } in damage(&cx.run.workspace.file(file).text) {
                    let _ = out
                        .in_file(file, range.into())
                        .say(format!("{} {does}, and has not run yet", migration.name))
                        .label("the version that is live may need it")
                        .path(ledger.history.binding.path.as_str())
                        .why(format!("until {} is deployed anew, its live version runs on this schema", worker.name))
                        .help("deploy code that does without it first; note a bookmark before the migration")
                        .on(&worker.environment);
                }
            }
        }
    }
}
