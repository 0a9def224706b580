//! # A D1 database has another jurisdiction than its binding says
//!
//! ## What it checks
//!
//! The `jurisdiction` of D1 bindings against that of the database, by its id or, where the binding
//! has none, by its name.
//!
//! It is a warning where the binding has an id: Wrangler then does not compare the two.
//!
//! ## Why it matters
//!
//! The jurisdiction of a database is chosen when it is created and cannot be changed. Where a
//! binding has no id, Wrangler finds the database by its name, compares, and stops the deployment.
//! Where it has one, data that was meant to stay in the jurisdiction lies elsewhere, and nothing
//! says so.
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
//! jurisdiction = "eu"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "d1_databases": [{ "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0", "name": "orders" }]
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
//! jurisdiction = "eu"
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
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "jurisdiction": "eu"
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the jurisdiction that the database has. To move the data, create a new database in the
//! right jurisdiction and copy it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/configuration/data-location/>

use crate::core::config::d1_ledger::database;
use crate::core::config::placeholder::placeholder;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/other-jurisdiction",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases]),
    catalogue: &["D1-13"],
    page: include_str!("other_jurisdiction.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        for binding in environment.bindings_of("d1_databases") {
            let Some(value) = binding.value.get("jurisdiction") else { continue };
            let Some(wanted) = value.as_str().filter(|wanted| !wanted.is_empty()) else { continue };
            let Some(database) = database(&binding, account) else { continue };
            let actual = database.jurisdiction.as_deref();
            if actual == Some(wanted) || placeholder(wanted).is_some() {
                continue;
            }
            let help = match actual {
                Some(actual) => {
                    format!("write jurisdiction = \"{actual}\", or use another database")
                }
                None => "remove jurisdiction, or use another database".to_owned(),
            };
            let draft = out
                .at(value.span)
                .say(format!(
                    "the D1 database {} has the jurisdiction {}, and the binding says {wanted}",
                    database.name,
                    actual.unwrap_or("default")
                ))
                .label("not that of the database")
                .path(format!("{}.jurisdiction", binding.path))
                .help(help)
                .on(&environment);
            let has_id = binding.id.is_some_and(|id| !id.is_empty());
            let _ = match has_id || environment.service.kind == Kind::Pages {
                true => draft
                    .why("Wrangler does not compare the two: the data lies where the database does")
                    .wrangler(WranglerSays::Silent)
                    .severity(Severity::Warning),
                false => draft.why("Wrangler finds the database by its name, compares, and stops"),
            };
        }
    }
}
