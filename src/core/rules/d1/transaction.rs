//! # A migration controls its own transaction
//!
//! ## What it checks
//!
//! `BEGIN`, `COMMIT`, `END`, `ROLLBACK`, `SAVEPOINT` and `RELEASE` as statements in the migrations
//! of D1 bindings.
//!
//! ## Why it matters
//!
//! D1 runs each migration in a transaction, and refuses one of its own: `To execute a transaction,
//! please use the state.storage.transaction() …`. In local development it works, because Wrangler
//! takes `BEGIN TRANSACTION;` and `COMMIT;` out.
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
//! BEGIN TRANSACTION;
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
//! COMMIT;
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
//! ## How to fix
//!
//! Remove the statements: if a migration fails, D1 rolls it back without them.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workerd/issues/5411>

use crate::core::config::d1_migrations::all_histories;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};
use crate::core::sql::statements;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/transaction",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-11"],
    page: include_str!("transaction.rs"),
    check: Check::Workspace(check),
};

/// The statements that begin or end a transaction.
const CONTROLS: [&str; 6] = ["BEGIN", "COMMIT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT"];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (history, indexes) in all_histories(cx.workspace) {
        for migration in indexes.iter().filter_map(|index| history.migrations.get(*index)) {
            let Some(file) = migration.file else { continue };
            let statements = statements(&cx.workspace.file(file).text);
            // The first says it all.
            let control = statements.iter().find(|statement| {
                CONTROLS.iter().any(|control| statement.after(&[control]).is_some())
            });
            let Some(control) = control else { continue };
            let _ = out
                .in_file(file, control.range().into())
                .say(format!("{} controls its own transaction", migration.name))
                .label("refused by D1")
                .path(history.binding.path.as_str())
                .why("D1 runs each migration in a transaction, and refuses one of its own")
                .help("remove the statements that begin and end it")
                .of(history.environment.service)
                .on(&history.environment);
        }
    }
}
