//! # A D1 database does not exist
//!
//! ## What it checks
//!
//! The `database_id` of D1 bindings against the databases of the account.
//!
//! ## Why it matters
//!
//! Wrangler takes the id as it is. Cloudflare refuses the upload, after the build and after the
//! upload of assets: the database is not found (code 10181). Commands such as `wrangler d1
//! migrations apply` stop as well (code 7404). Most often the database was deleted, or is another
//! account's.
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
//!     { "id": "0123456789abcdef0123456789abcdef", "d1_databases": [] }
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
//!       "d1_databases": [{ "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0", "name": "orders" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id that `wrangler d1 list` shows, or create a database with `wrangler d1 create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/d1/subresources/database/methods/list/>

use crate::core::config::ids::is_uuid;
use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/missing-database",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases]),
    catalogue: &["D1-01"],
    page: include_str!("missing_database.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "d1_databases",
    key: "database_id",
    has_form: is_uuid,
    noun: "D1 database",
    why: "Cloudflare refuses the upload: the database is not found (code 10181)",
    is_created: false,
    list: "wrangler d1 list",
    create: "wrangler d1 create",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, |account, _| known(account), out);
}

fn known(account: &Account) -> Option<Vec<&str>> {
    Some(account.d1_databases.known()?.iter().map(|database| &*database.id).collect())
}
