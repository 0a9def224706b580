//! # The folder of migrations does not exist
//!
//! ## What it checks
//!
//! `migrations_dir` of D1 bindings: that the folder is there. Bindings without the key are not
//! judged, because many databases have no migrations.
//!
//! ## Why it matters
//!
//! `wrangler d1 migrations apply` stops with `No migrations present at …` and exit code 1, and a
//! pipeline with it. A deployment does not look at migrations at all, so the code goes live without
//! its tables where the step is left out.
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
//! migrations_dir = "db/migration"
//! ```
//!
//! ```sql db/migrations/0001_orders.sql
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
//! migrations_dir = "db/migrations"
//! ```
//!
//! ```sql db/migrations/0001_orders.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
//! ```
//!
//! ## How to fix
//!
//! Correct the path: it counts from the folder of the configuration. If a tool writes the
//! migrations while it builds, ignore this finding with that as its reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::placeholder::placeholder;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/missing-migrations",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-10"],
    page: include_str!("missing_migrations.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("d1_databases") {
            let folder = binding.value.get("migrations_dir");
            let Some((value, folder)) = folder.and_then(|value| Some((value, value.as_str()?)))
            else {
                continue;
            };
            let absent = cx.run.workspace.facts.is_absent(&cx.service.join(folder));
            if folder.is_empty() || !absent || placeholder(folder).is_some() {
                continue;
            }
            let _ = out
                .at(value.span)
                .say(format!("the folder of migrations {folder} does not exist"))
                .label("not there")
                .path(format!("{}.migrations_dir", binding.path))
                .why("`wrangler d1 migrations apply` stops: no migrations present")
                .help("correct the path, which counts from the folder of this file")
                .on(&environment);
        }
    }
}
