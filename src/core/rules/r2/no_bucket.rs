//! # An R2 binding has no bucket
//!
//! ## What it checks
//!
//! R2 bindings without `bucket_name`. It is an error where another R2 binding of the environment
//! has one, or the same binding of another environment, because then the omission is most likely an
//! accident, and a warning elsewhere. Where the project pins a Wrangler before 4.45.0, which does
//! not create anything, it is always an error.
//!
//! ## Why it matters
//!
//! Wrangler creates what is missing, without asking and without a word in `--help`. A new, empty
//! bucket is made and named after the Worker and the binding. Then the code works, with no data in
//! it. Only a Worker that is already deployed with a binding of this name keeps what it has.
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//!
//! [[r2_buckets]]
//! binding = "INVOICES"
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//!
//! [[r2_buckets]]
//! binding = "INVOICES"
//! bucket_name = "shop-invoices"
//! ```
//!
//! ## How to fix
//!
//! Add the `bucket_name`: `wrangler r2 bucket list` shows them, and `wrangler r2 bucket create`
//! makes one. Where the new bucket is wanted, ignore this finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/changelog/2025-10-24-automatic-resource-provisioning/>
//! - <https://github.com/cloudflare/cloudflare-docs/issues/32978>

use crate::core::config::wrangler::provisioning::unbound;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{creates, report_unbound};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/no-bucket",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["R2-01"],
    page: include_str!("no_bucket.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for missing in unbound(cx.run.workspace, cx.service, "r2_buckets", "bucket_name") {
        let why = creates(&missing, "bucket");
        report_unbound(cx, &missing, why, "wrangler r2 bucket list", out);
    }
}
