//! # Development works on the real D1 database
//!
//! ## What it checks
//!
//! D1 bindings whose `preview_database_id` is the same as their `database_id`.
//!
//! ## Why it matters
//!
//! `preview_database_id` is what `wrangler dev --remote` works with: it exists so that an
//! experiment on one desk does not change the real data. With the same value in both it does.
//!
//! Cloudflare documents this as a way to work with the real data on purpose. Then ignore this
//! finding with a reason.
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
//! preview_database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
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
//! preview_database_id = "63720248-b357-4b1d-aecd-6a10d4bcb532"
//! ```
//!
//! ## How to fix
//!
//! Create a resource for development and name it in `preview_database_id`. Where nobody uses
//! `wrangler dev --remote`, remove `preview_database_id`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>
//! - <https://developers.cloudflare.com/workers/wrangler/commands/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::report_same_preview;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/same-preview",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("same_preview.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let help = "`wrangler d1 create` makes a database for development";
    report_same_preview(cx, "d1_databases", "database_id", help, out);
}
