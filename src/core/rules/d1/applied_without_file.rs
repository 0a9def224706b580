//! # A migration has run that is not in the repository
//!
//! ## What it checks
//!
//! Names that a database remembers and of which there is no file in the folder of migrations. Those
//! that seem to be renamed are the business of `d1/renamed-migration`.
//!
//! ## Why it matters
//!
//! The repository no longer says how the database came to be: a new environment gets another schema
//! than production, and the migrations that come next were written for tables that nobody can see.
//! Often two branches or two repositories migrate the same database.
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
//!           "migrations": { "d1_migrations": ["0001_orders.sql", "0002_refunds.sql"] }
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
//! Bring the file back from the history of Git, or from the branch or repository that ran it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_ledger::ledgers;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/applied-without-file",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases, Part::D1Migrations]),
    catalogue: &["D1-06"],
    page: include_str!("applied_without_file.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        for ledger in ledgers(cx.run.workspace, &environment, account) {
            let renamed = ledger.renamed();
            let lost: Vec<&str> = ledger
                .without_file()
                .filter(|name| !renamed.iter().any(|renamed| renamed.from == *name))
                .collect();
            let (Some(first), database) = (lost.first(), &ledger.database.name) else { continue };
            let fact = match lost.len() {
                1 => format!("{database} has run {first}, and there is no such file"),
                count => format!("{database} has run {count} migrations without a file: {first} …"),
            };
            let _ = out
                .at(ledger.history.folder_span())
                .say(fact)
                .label("not in this folder")
                .path(ledger.history.folder_path())
                .why("the files no longer tell how the schema came to be")
                .help("bring them back from the history of Git, or from where they were run")
                .on(&environment);
        }
    }
}
