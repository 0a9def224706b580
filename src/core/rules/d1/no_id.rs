//! # A D1 binding has no id
//!
//! ## What it checks
//!
//! D1 bindings without `database_id`. It is an error where another D1 binding of the environment
//! has one, or the same binding of another environment, because then the omission is most likely an
//! accident, and a warning elsewhere. Where the project pins a Wrangler before 4.45.0, which does
//! not create anything, it is always an error.
//!
//! ## Why it matters
//!
//! Wrangler creates what is missing, without asking and without a word in `--help`. With a
//! `database_name`, it looks for a database of that name first, so a typing error makes a new one.
//! Without, a new, empty database is made and named after the Worker and the binding. Then the code
//! works, with no data in it. Only a Worker that is already deployed with a binding of this name
//! keeps what it has.
//!
//! In a pipeline Wrangler does not write the new id back into the file, so it stands nowhere. clodo
//! deploys with `--x-provision=false`, and then Wrangler stops at such a binding.
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
//! Add the `database_id`: `wrangler d1 list` shows them, and `wrangler d1 create` makes a database.
//! Where the new database is wanted, ignore this finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/changelog/2025-10-24-automatic-resource-provisioning/>
//! - <https://github.com/cloudflare/cloudflare-docs/issues/32978>

use crate::core::config::wrangler::provisioning::unbound;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::resources::{creates, report_unbound};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/no-id",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-04"],
    page: include_str!("no_id.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for missing in unbound(cx.run.workspace, cx.service, "d1_databases", "database_id") {
        let named = missing.binding.value.get("database_name").and_then(Value::as_str);
        let why = match named.filter(|name| !name.is_empty()) {
            Some(named) => format!(
                "where no database is called {named}, a deployment creates a new, empty one"
            ),
            None => creates(&missing, "database"),
        };
        report_unbound(cx, &missing, why, "wrangler d1 list", out);
    }
}
