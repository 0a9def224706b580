//! # One D1 database has two names
//!
//! ## What it checks
//!
//! Bindings with the same `database_id` and different `database_name`: in one environment, or in
//! two services of the repository. Two environments of one service that share a database are
//! another rule's business.
//!
//! ## Why it matters
//!
//! The deployed Worker is bound by the id. `wrangler d1 execute` and `wrangler d1 migrations apply`
//! take a name, and find the id in the configuration beside it. Where the two do not belong
//! together, a command for one database works on another: most often one of the two lines was
//! copied and only half changed.
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
//!
//! [[d1_databases]]
//! binding = "REVIEWS"
//! database_name = "reviews"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
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
//! binding = "REVIEWS"
//! database_name = "reviews"
//! database_id = "63720248-b357-4b1d-aecd-6a10d4bcb532"
//! ```
//!
//! ## How to fix
//!
//! See with `wrangler d1 list` which name belongs to the id, and correct the other.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/wrangler-commands/>

use crate::core::config::d1_ledger::database;
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/name-mismatch",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-02"],
    page: include_str!("name_mismatch.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("d1_databases") {
            let named =
                binding.value.get("database_name").and_then(|name| Some((name, name.as_str()?)));
            let Some((value, name)) = named.filter(|(_, name)| !name.is_empty()) else { continue };
            let Some(id) = binding.id.filter(|id| placeholder(id).is_none()) else { continue };
            // Where the account knows the database, `d1/other-name` knows what it is called.
            if cx
                .run
                .account(&environment)
                .and_then(|account| database(&binding, account))
                .is_some()
            {
                continue;
            }
            // The first that names the database is taken at its word; the others are compared
            // with it, so that two that differ are one finding.
            let uses = cx.run.fleet.database(id);
            let Some(first) = uses.iter().find(|item| item.text("database_name").is_some()) else {
                continue;
            };
            let Some(other) = first.value.get("database_name") else { continue };
            // One database in two environments of a service is another rule's business.
            let beside = std::ptr::eq(first.environment.service, cx.service);
            let shared = beside && first.environment.name != environment.name;
            if other.as_str() == Some(name) || shared {
                continue;
            }
            let file = first.environment.service.config.file;
            let _ = out
                .at(value.span)
                .say(format!("the D1 database of {value} is called {other} elsewhere"))
                .label("another name for the same database_id")
                .see(Place { file, span: other.span }, "with the same database_id")
                .path(format!("{}.database_name", binding.path))
                .why("`wrangler d1` commands take the name, and work on the id beside it")
                .help("correct one of the two: `wrangler d1 list` shows whose id it is")
                .on(&environment);
        }
    }
}
