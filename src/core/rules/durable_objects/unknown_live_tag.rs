//! # The migration that was applied last is not in the configuration
//!
//! ## What it checks
//!
//! The tag of the last migration that the live Worker has, against the tags in `migrations`. Not
//! where the configuration has no migrations.
//!
//! ## Why it matters
//!
//! Wrangler warns, `was not found in your wrangler.toml file. You may have already deleted it`, and
//! applies all migrations from the first. Classes that exist already cannot be created again, so
//! Cloudflare refuses most of them, and what it does not refuse was not meant. It is a warning,
//! because it depends on what they do.
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
//!       "workers": { "shop": { "migration_tag": "v2" } }
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
//!
//! [[migrations]]
//! tag = "v2"
//! new_sqlite_classes = ["Timer"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "migration_tag": "v2" } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Bring the migration with that tag back. A tag, once applied, is neither renamed nor removed.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/unknown-live-tag",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["DO-05"],
    page: include_str!("unknown_live_tag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let live = worker.live.and_then(|live| live.migration_tag.as_deref());
        let migrations = worker.environment.get("migrations");
        let Some((live, migrations)) = live.zip(migrations) else { continue };
        let items = migrations.value().items();
        let has = items.iter().any(|item| item.get("tag").and_then(Value::as_str) == Some(live));
        if has || items.is_empty() {
            continue;
        }
        let _ = out
            .at(migrations.entry.key_span)
            .say(format!("the live {} has the migration tag {live}, and there is none here", worker.name))
            .label("does not have it")
            .path(migrations.path())
            .why("Wrangler then applies all migrations from the first, and most cannot be applied again")
            .help(format!("bring the migration with the tag {live} back"))
            .on(&worker.environment);
    }
}
