//! # A migration was renamed after it had run
//!
//! ## What it checks
//!
//! Names that a database remembers and of which there is no file, where another file has the same
//! number and has not run under its own name.
//!
//! ## Why it matters
//!
//! D1 knows a migration by its name alone. To Wrangler the renamed file is a new one: it runs it
//! again, which stops with `table already exists`, or changes the data a second time.
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
//! ```sql migrations/0001_create_orders.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY, note TEXT);
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
//!           "migrations": { "d1_migrations": ["0001_orders.sql"] }
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Give the file the name that the database remembers. Where it is another migration, which never ran,
//! give it a new number, and bring the one that ran back: D1 keeps the names of migrations and not
//! their text, so that nobody can tell the two apart.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_ledger::{Renamed, ledgers};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::at_migration;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/renamed-migration",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases, Part::D1Migrations]),
    catalogue: &["D1-06"],
    page: include_str!("renamed_migration.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        for ledger in ledgers(cx.run.workspace, &environment, account) {
            for Renamed { from, to } in ledger.renamed() {
                let _ = at_migration(&ledger.history, to, out)
                    .say(format!(
                        "{} has the number of {from}, which {} has run, and which is gone",
                        to.name, ledger.database.name
                    ))
                    .why(
                        "to Wrangler it is a new migration: the next `migrations apply` runs it, \
                         also where it has run under the other name",
                    )
                    .help(format!(
                        "if it is the same, name it {from} again; if it is another, give it a new \
                         number, and bring {from} back"
                    ));
            }
        }
    }
}
