//! # The newest migration breaks what runs
//!
//! ## What it checks
//!
//! The newest migration of each D1 binding: `DROP TABLE`, `DROP COLUMN`, renamed tables and
//! columns, `DELETE` without `WHERE`, and new columns that are `NOT NULL` without a default. A
//! table that is dropped and made again in the same migration, as tools do to change it, is not
//! reported. Older migrations have been applied, and are not judged.
//!
//! Whether the newest one has been applied cannot be seen in the files, so it is a note.
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

use crate::core::config::d1_migrations::all_histories;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};
use crate::core::sql::{Statement, after, name, statements};

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
        let statements = statements(&cx.workspace.file(file).text);
        for (index, statement) in statements.iter().enumerate() {
            let Some(does) = harm(statement, &statements[index + 1..]) else { continue };
            let _ = out
                .in_file(file, statement.range().into())
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

/// What a statement destroys, given what follows it.
fn harm(statement: &Statement<'_>, later: &[Statement<'_>]) -> Option<String> {
    if let Some(rest) = statement.after(&["DROP", "TABLE"]) {
        let (table, _) = name(after(rest, &["IF", "EXISTS"]).unwrap_or(rest))?;
        return (!made_again(&table, later)).then(|| format!("drops the table {table}"));
    }
    if let Some(rest) = statement.after(&["DELETE", "FROM"]) {
        let (table, _) = name(rest)?;
        return (!statement.has("WHERE")).then(|| format!("deletes all rows of {table}"));
    }
    let (table, rest) = name(statement.after(&["ALTER", "TABLE"])?)?;
    if let Some(rest) = after(rest, &["DROP"]) {
        let (column, _) = name(after(rest, &["COLUMN"]).unwrap_or(rest))?;
        return Some(format!("drops the column {column} of {table}"));
    }
    if let Some(to) = after(rest, &["RENAME", "TO"]) {
        let (new, _) = name(to)?;
        // The end of a rebuilt table: the name that code knows stays.
        let rebuilt = table.contains("new") || table.contains("tmp") || table.contains("temp");
        return (!rebuilt).then(|| format!("renames the table {table} to {new}"));
    }
    if let Some(rest) = after(rest, &["RENAME"]) {
        let (column, _) = name(after(rest, &["COLUMN"]).unwrap_or(rest))?;
        return Some(format!("renames the column {column} of {table}"));
    }
    let rest = after(rest, &["ADD"])?;
    let (column, kind) = name(after(rest, &["COLUMN"]).unwrap_or(rest))?;
    let has =
        |words: [&str; 2]| kind.windows(2).any(|pair| pair[0].is(words[0]) && pair[1].is(words[1]));
    let filled = kind.iter().any(|token| token.is("DEFAULT") || token.is("GENERATED"));
    (has(["NOT", "NULL"]) && !filled)
        .then(|| format!("adds the column {column} to {table}, not null and without a default"))
}

/// Whether a later statement gives a table of this name.
fn made_again(table: &str, later: &[Statement<'_>]) -> bool {
    later.iter().any(|statement| {
        let created = statement
            .after(&["CREATE", "TABLE"])
            .and_then(|rest| name(after(rest, &["IF", "NOT", "EXISTS"]).unwrap_or(rest)));
        let renamed = statement
            .after(&["ALTER", "TABLE"])
            .and_then(|rest| name(after(name(rest)?.1, &["RENAME", "TO"])?));
        created.is_some_and(|(name, _)| name == table)
            || renamed.is_some_and(|(name, _)| name == table)
    })
}
