//! # A Durable Object class stores its data otherwise than its migration says
//!
//! ## What it checks
//!
//! Classes that `migrations` create, against their live namespaces: SQLite or key-value.
//!
//! ## Why it matters
//!
//! The storage of a class is chosen when its first migration is applied and cannot be changed.
//! Editing `new_classes` to `new_sqlite_classes` later has no effect: the objects go on with
//! key-value storage, and `ctx.storage.sql` throws. In a new environment the same code works.
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "migration_tag": "v1" } },
//!       "durable_objects": [{ "id": "a", "script": "shop", "class": "Cart", "use_sqlite": false }]
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "migration_tag": "v1" } },
//!       "durable_objects": [{ "id": "a", "script": "shop", "class": "Cart", "use_sqlite": true }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Undo the edit. For SQLite, create a class with another name in a new migration, and move the
//! data.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://developers.cloudflare.com/durable-objects/best-practices/access-durable-objects-storage/>

use crate::core::config::wrangler::lifecycle::{Change, fates, steps};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/other-storage",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::DurableObjects]),
    catalogue: &["DO-09"],
    page: include_str!("other_storage.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let Some(migrations) = worker.environment.get("migrations") else { continue };
        let steps = steps(migrations.value());
        for (class, fate) in fates(&steps) {
            let Change::Create { sqlite } = fate.by.change else { continue };
            let Some(namespace) = worker.namespace(class) else { continue };
            if namespace.use_sqlite == sqlite {
                continue;
            }
            let storage = |sqlite| if sqlite { "SQLite" } else { "key-value storage" };
            let _ = out
                .at(fate.by.span)
                .say(format!(
                    "the Durable Objects of {class} have {}, and {} says {}",
                    storage(namespace.use_sqlite),
                    fate.by.title(),
                    storage(sqlite)
                ))
                .label("not what is live")
                .path(fate.by.path("migrations"))
                .why("the storage of a class cannot be changed after its first migration")
                .help("undo the edit, or create a class with another name in a new migration")
                .on(&worker.environment);
        }
    }
}
