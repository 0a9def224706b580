//! # A Durable Object migration cannot be applied
//!
//! ## What it checks
//!
//! That each migration finds what it needs: it deletes and renames classes that an earlier one
//! created, and creates classes that are not there yet. Within one migration Wrangler deletes
//! first, then renames, then creates.
//!
//! Where the project pins a Wrangler before 4.131.0, it is a warning.
//!
//! ## Why it matters
//!
//! Since version 4.131.0 Wrangler replays the whole list before it uploads anything, also what has
//! long been applied, and stops: `Cannot apply deleted_classes migration to non-existent class`. It
//! does not count `transferred_classes`.
//!
//! A class that was made with `new_classes` cannot be turned into one with SQLite storage by naming
//! it again in `new_sqlite_classes`.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! renamed_classes = [{ from = "Carts", to = "Basket" }]
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! renamed_classes = [{ from = "Cart", to = "Basket" }]
//! ```
//!
//! ## How to fix
//!
//! Correct the class or the order. If the migration has been applied to a class that the list does
//! not create, name the class in `new_classes` or `new_sqlite_classes` of an earlier migration:
//! what has been applied is not sent again.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/issues/15741>
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::wrangler::lifecycle::{Change, Impossible, impossible, steps};
use crate::core::config::wrangler::versions::Version;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/impossible-migration",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-08", "DO-09"],
    page: include_str!("impossible_migration.rs"),
    check: Check::Service(check),
};

/// The first version of Wrangler that replays the migrations of every Worker.
/// Source: <https://github.com/cloudflare/workers-sdk/issues/15741>, read 2026-11.
const REPLAYS: Version = (4, 131, 0);

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let pinned = cx.run.workspace.wrangler_of(cx.service).map(|pinned| &pinned.version);
    let replays = pinned.is_none_or(|pin| (pin.major, pin.minor, pin.patch) >= REPLAYS);
    for environment in cx.environments() {
        let Some(migrations) = environment.get("migrations") else { continue };
        let steps = steps(migrations.value());
        for (step, why) in impossible(&steps) {
            let class = step.class;
            let does = match step.change {
                Change::Delete => "deletes",
                Change::Rename(_) => "renames",
                Change::Create { .. } | Change::Receive => "creates",
            };
            let (rest, help) = match why {
                Impossible::NotThere => (
                    "which no earlier one creates",
                    "correct the class, or name it in an earlier migration that has been applied",
                ),
                Impossible::OnlyTransferred => (
                    "which an earlier one transferred, and Wrangler does not count that",
                    "name the class in new_sqlite_classes of the migration that transferred it",
                ),
                Impossible::AlreadyThere => (
                    "which is already there",
                    "remove it here; a class with other storage needs another name",
                ),
            };
            let draft = out
                .at(step.span)
                .say(format!("{} {does} the class {class}, {rest}", step.title()))
                .path(step.path(&migrations.path()))
                .why("Wrangler replays all migrations before an upload, and stops at this one")
                .help(help)
                .on(&environment);
            if !replays {
                let _ = draft
                    .severity(Severity::Warning)
                    .wrangler(WranglerSays::Silent)
                    .why("Wrangler 4.131.0 and later replay all migrations, and stop at this one");
            }
        }
    }
}
