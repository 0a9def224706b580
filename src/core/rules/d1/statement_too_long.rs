//! # A statement is too long for D1
//!
//! ## What it checks
//!
//! The statements in the migrations of D1 bindings: at most 100,000 bytes each.
//!
//! ## Why it matters
//!
//! D1 refuses the statement, and with it the migration: a long `INSERT` with many rows works in
//! local development, where there is no such limit, and fails when it is applied to the database.
//! Migrations before it stay applied.
//!
//! ## Example
//!
//! ```sql
//! INSERT INTO products (id, name) VALUES
//!   ('mug', 'Enamel mug'),
//!   -- and 4,000 more rows
//!   ('lantern', 'Camping lantern');
//! ```
//!
//! ## How to fix
//!
//! Split it into several statements. A whole database is better brought over with `wrangler d1
//! import` and `wrangler d1 execute --file`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/platform/limits/>

use crate::core::config::d1_migrations::all_histories;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};
use crate::core::sql::statements;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/statement-too-long",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-12"],
    page: include_str!("statement_too_long.rs"),
    check: Check::Workspace(check),
};

/// The longest statement, in bytes.
/// Source: <https://developers.cloudflare.com/d1/platform/limits/>, read 2026-11.
const LONGEST: usize = 100_000;

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (history, indexes) in all_histories(cx.workspace) {
        for migration in indexes.iter().filter_map(|index| history.migrations.get(*index)) {
            let Some(file) = migration.file else { continue };
            let text = &cx.workspace.file(file).text;
            if text.len() <= LONGEST {
                continue;
            }
            for statement in statements(text) {
                let range = statement.range();
                if range.len() <= LONGEST {
                    continue;
                }
                let first = statement
                    .tokens
                    .first()
                    .map_or(range.clone(), |token| token.start..token.start + token.text.len());
                let _ = out
                    .in_file(file, first.into())
                    .say(format!("a statement of {} has {} bytes", migration.name, range.len()))
                    .label(format!("D1 takes at most {LONGEST}"))
                    .path(history.binding.path.as_str())
                    .why("D1 refuses it, and the migration with it; local development does not")
                    .help("split it into several statements")
                    .of(history.environment.service)
                    .on(&history.environment);
            }
        }
    }
}
