//! # The id of a D1 database cannot be one
//!
//! ## What it checks
//!
//! The `database_id` of D1 bindings: a UUID. What a tool fills in before Wrangler reads the file,
//! such as `{{id}}` or `${ID}`, is not judged.
//!
//! ## Why it matters
//!
//! Wrangler sends any text. Cloudflare refuses the upload, after the build: the binding `must have
//! a valid id specified` (code 10021). `wrangler dev` works with any text, so nobody notices
//! before.
//!
//! In an environment that may be for development alone it is a warning: one that is called `dev`,
//! `local` or `test`, a service in a folder that is called so, and the top level beside an
//! environment that is called production.
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
//! database_id = "orders"
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
//! ## How to fix
//!
//! Write the id that `wrangler d1 list` shows. The name of the database belongs into
//! `database_name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#d1-databases>
//! - <https://developers.cloudflare.com/d1/get-started/>

use crate::core::config::ids::{Misformed, is_uuid, misformed};
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/id-format",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-03"],
    page: include_str!("id_format.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    // A template of a configuration is all placeholders, and nobody deploys it.
    if placeholder(&cx.service.name).is_some() {
        return;
    }
    for environment in cx.environments() {
        for wrong in misformed(&environment, "d1_databases", "database_id", is_uuid) {
            let Misformed { binding, value, blank } = wrong;
            let name = binding.name.unwrap_or("a D1 binding");
            let fact = match blank {
                true => format!("`{name}` has a placeholder for a database_id, {value}"),
                false => format!(
                    "`{name}` has the database_id {value}, and no D1 database has such an id"
                ),
            };
            let draft = out
                .at(value.span)
                .say(fact)
                .label("not a UUID")
                .path(format!("{}.database_id", binding.path))
                .why("Cloudflare refuses the upload: the binding must have a valid id (code 10021)")
                .help("write the id that `wrangler d1 list` shows")
                .on(&environment);
            if may_be_local(&environment) {
                let _ = draft.severity(Severity::Warning);
            }
        }
    }
}
