//! # A file among the migrations has no number
//!
//! ## What it checks
//!
//! SQL files in the folder of a D1 binding whose names do not begin with a number, where others do.
//!
//! ## Why it matters
//!
//! Every file that matches is a migration. One without a number is applied after all that have one,
//! also those that come later. Often it is none: a `schema.sql` or `seed.sql` that was put beside
//! the migrations, and runs once in production.
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
//! ```sql migrations/seed.sql
//! INSERT INTO orders (id) VALUES ('test');
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
//! ```sql migrations/0002_seed.sql
//! INSERT INTO orders (id) VALUES ('first');
//! ```
//!
//! ## How to fix
//!
//! Give it a number, or move it to another folder.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_migrations::{histories_by_folder, number};
use crate::core::model::{Place, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/unnumbered-migration",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-06"],
    page: include_str!("unnumbered_migration.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for history in histories_by_folder(cx.run.workspace, cx.service) {
        // Those with a number come first.
        let numbered = history.migrations.partition_point(|file| number(&file.name).is_some());
        if numbered == 0 {
            continue;
        }
        for stray in &history.migrations[numbered..] {
            let draft = out
                .at(history.folder_span())
                .say(format!("{} is a migration without a number", stray.name))
                .label("in this folder")
                .path(history.folder_path())
                .why("it is applied after all numbered migrations, also those that come later")
                .help("give it a number, or move it to another folder")
                .on(&history.environment);
            if let Some(file) = stray.file {
                let _ = draft.see(Place { file, span: Span::default() }, "this file");
            }
        }
    }
}
