//! # A pattern of migrations lies outside of their folder
//!
//! ## What it checks
//!
//! `migrations_pattern` of D1 bindings: that `migrations_dir` is set beside it, and that the
//! pattern begins with that folder.
//!
//! ## Why it matters
//!
//! Every `wrangler d1 migrations` command for the database stops. A deployment does not look at the
//! pattern.
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
//! migrations_pattern = "db/*/migration.sql"
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
//! migrations_dir = "db"
//! migrations_pattern = "db/*/migration.sql"
//! ```
//!
//! ```sql db/0001_orders/migration.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY);
//! ```
//!
//! ## How to fix
//!
//! Let the pattern begin with the folder, as in `migrations/*/migration.sql`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_migrations::Layout;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/migrations-pattern",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-10"],
    page: include_str!("migrations_pattern.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("d1_databases") {
            let Some(layout) = Layout::of(binding.value) else { continue };
            let pattern = binding.value.get("migrations_pattern");
            let Some(pattern) = pattern.filter(|_| layout.pattern.is_none()) else { continue };
            let (fact, help) = match binding.value.get("migrations_dir") {
                None => (
                    "`migrations_pattern` needs `migrations_dir`".to_owned(),
                    "add migrations_dir, and let the pattern begin with it".to_owned(),
                ),
                Some(_) => (
                    format!("the pattern {pattern} does not begin with {}/", layout.folder),
                    format!("let it begin with {}/", layout.folder),
                ),
            };
            let _ = out
                .at(pattern.span)
                .say(fact)
                .path(format!("{}.migrations_pattern", binding.path))
                .why("`wrangler d1 migrations` stops")
                .help(help)
                .on(&environment);
        }
    }
}
