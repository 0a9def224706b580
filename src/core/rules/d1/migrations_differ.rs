//! # One D1 database has two histories of migrations
//!
//! ## What it checks
//!
//! Bindings with the same `database_id` whose `migrations_table` differs, or whose `migrations_dir`
//! or `migrations_pattern` lead to different files, in any environment of any service of the
//! repository. Bindings that set none of the three are not compared: their service may never apply
//! migrations.
//!
//! ## Why it matters
//!
//! D1 remembers which migrations it has run by the names of their files, in the table that
//! `migrations_table` names. With another table everything counts as pending and runs again. With
//! another folder the files of one history are mixed with those of the other, and two with the same
//! name count as one.
//!
//! ## Bad
//!
//! ```toml
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
//!
//! [[d1_databases]]
//! binding = "ORDERS"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! migrations_dir = "db/orders"
//! ```
//!
//! ## Good
//!
//! ```toml
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
//!
//! [[d1_databases]]
//! binding = "ORDERS"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! ```
//!
//! ## How to fix
//!
//! Let one service own the migrations, and remove `migrations_dir`, `migrations_pattern` and
//! `migrations_table` from the others, or make them the same.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::config::d1_migrations::Layout;
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Place, Service, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/migrations-differ",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-06"],
    page: include_str!("migrations_differ.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("d1_databases") {
            let Some(id) = binding.id.filter(|id| placeholder(id).is_none()) else { continue };
            let uses = cx.run.fleet.database(id);
            let Some(first) = uses.iter().find(|item| is_set(item.value)) else { continue };
            if !is_set(binding.value) {
                continue;
            }
            let Some(difference) =
                difference(first.environment.service, first.value, cx.service, binding.value)
            else {
                continue;
            };
            let file = first.environment.service.config.file;
            let _ = out
                .at(binding.value.span_of(difference))
                .say(format!("two bindings to one D1 database have a different {difference}"))
                .see(Place { file, span: first.value.span }, "the same database_id")
                .path(format!("{}.{difference}", binding.path))
                .why("D1 knows a migration by the name of its file: two histories get mixed")
                .help("let one service own the migrations, or make the settings the same")
                .on(&environment);
        }
    }
}

/// The keys that say where migrations are, and where D1 remembers them.
const TABLE: &str = "migrations_table";
const FOLDER: &str = "migrations_dir";
const PATTERN: &str = "migrations_pattern";

fn is_set(binding: &Value) -> bool {
    [TABLE, FOLDER, PATTERN].iter().any(|key| binding.get(key).is_some())
}

/// The key in which two bindings to one database differ.
fn difference(one: &Service, a: &Value, other: &Service, b: &Value) -> Option<&'static str> {
    let table = |binding: &'_ Value| {
        let name = binding.get(TABLE).and_then(Value::as_str).filter(|name| !name.is_empty());
        name.unwrap_or("d1_migrations").to_owned()
    };
    if table(a) != table(b) {
        return Some(TABLE);
    }
    let (a, b) = (Layout::of(a)?, Layout::of(b)?);
    if one.join(a.folder) != other.join(b.folder) {
        return Some(FOLDER);
    }
    (a.pattern != b.pattern).then_some(PATTERN)
}
