//! # No migration is where Wrangler looks for it
//!
//! ## What it checks
//!
//! Bindings with a `migrations_dir` that holds SQL files, of which none matches: `*.sql` directly
//! in the folder, or `migrations_pattern`. The message says where Drizzle, which makes a folder for
//! each migration, has put them.
//!
//! ## Why it matters
//!
//! `wrangler d1 migrations apply` finds nothing to do and says so with exit code 0. The pipeline is
//! green, and the tables are not there.
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
//! ```sql migrations/20260101000000_init/migration.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
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
//! migrations_pattern = "migrations/*/migration.sql"
//! ```
//!
//! ```sql migrations/20260101000000_init/migration.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
//! ```
//!
//! ## How to fix
//!
//! Add `migrations_pattern`. For Drizzle it is the folder and `/*/migration.sql`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_migrations::{DRIZZLE_PATTERN, Pattern, histories};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/no-migrations-found",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-05"],
    page: include_str!("no_migrations_found.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let facts = &cx.run.workspace.facts;
    for environment in cx.environments() {
        for history in histories(cx.run.workspace, &environment) {
            let folder = history.binding.value.get("migrations_dir");
            let files = facts.migrations.get(&cx.service.join(history.folder));
            let some = files.is_some_and(|files| !files.is_empty());
            let missed = some && history.migrations.is_empty();
            let Some(value) = folder.filter(|_| missed) else { continue };
            let drizzle = Pattern::new(DRIZZLE_PATTERN);
            let laid_out = files
                .into_iter()
                .flatten()
                .any(|file| drizzle.as_ref().is_some_and(|pattern| pattern.matches(&file.name)));
            let help = match laid_out {
                true => {
                    format!("add migrations_pattern = \"{}/{DRIZZLE_PATTERN}\"", history.folder)
                }
                false => "correct migrations_dir, or add migrations_pattern".to_owned(),
            };
            let _ = out
                .at(value.span)
                .say(format!("no file in {} is a migration to Wrangler", history.folder))
                .label(if laid_out {
                    "Drizzle keeps them one level below"
                } else {
                    "nothing found"
                })
                .path(history.folder_path())
                .why("`wrangler d1 migrations apply` finds nothing to do, and succeeds")
                .help(help)
                .on(&environment);
        }
    }
}
