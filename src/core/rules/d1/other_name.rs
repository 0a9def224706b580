//! # A D1 binding has the name of one database and the id of another
//!
//! ## What it checks
//!
//! The `database_name` of D1 bindings against the name of the database that has the `database_id`.
//!
//! It is a warning where no database has the name: somebody may have renamed the database, or
//! chosen a name of their own.
//!
//! ## Why it matters
//!
//! The Worker works on the id, and so do commands that take the name from the configuration:
//! `wrangler d1 migrations apply orders` changes the database of the id. Most often the id was
//! copied from another environment.
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
//!         { "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0", "name": "orders-staging" },
//!         { "id": "9b1c0f0a-5a1e-4a5d-8f53-0b7c7a8f2f11", "name": "orders" }
//!       ]
//!     }
//!   ]
//! }
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
//!         { "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0", "name": "orders" },
//!         { "id": "9b1c0f0a-5a1e-4a5d-8f53-0b7c7a8f2f11", "name": "orders-staging" }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id and the name of one database: `wrangler d1 list` shows them.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#d1-databases>

use crate::core::config::d1_ledger::database;
use crate::core::config::placeholder::placeholder;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/other-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases]),
    catalogue: &["D1-02"],
    page: include_str!("other_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(databases) = account.d1_databases.known() else { continue };
        for binding in environment.bindings_of("d1_databases") {
            let named = binding.value.get("database_name");
            let named = named.and_then(|value| Some((value, value.as_str()?)));
            let Some((value, name)) = named.filter(|(_, name)| is_name(name)) else { continue };
            if binding.id.is_none_or(str::is_empty) {
                continue;
            }
            let Some(bound) = database(&binding, account).filter(|bound| bound.name != name) else {
                continue;
            };
            let other = databases.iter().find(|database| database.name == name);
            let (severity, help) = match other {
                Some(other) => (
                    Severity::Error,
                    format!("write the id of {name}, {}, or the name {}", other.id, bound.name),
                ),
                None => (Severity::Warning, format!("write database_name = \"{}\"", bound.name)),
            };
            let _ = out
                .at(value.span)
                .say(format!("the database_id beside {name} is that of {}", bound.name))
                .label("another database's name")
                .path(format!("{}.database_name", binding.path))
                .why("the Worker and `wrangler d1` commands work on the id, whatever the name says")
                .help(help)
                .severity(severity)
                .on(&environment);
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && placeholder(name).is_none()
}
