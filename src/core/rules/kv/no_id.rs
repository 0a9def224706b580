//! # A KV binding has no id
//!
//! ## What it checks
//!
//! KV bindings without `id`. It is an error where another KV binding of the environment has one, or
//! the same binding of another environment, because then the omission is most likely an accident,
//! and a warning elsewhere. Where the project pins a Wrangler before 4.45.0, which does not create
//! anything, it is always an error.
//!
//! ## Why it matters
//!
//! Wrangler creates what is missing, without asking and without a word in `--help`. A new, empty
//! namespace is made and named after the Worker and the binding. Then the code works, with no data
//! in it. Only a Worker that is already deployed with a binding of this name keeps what it has.
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//!
//! [[kv_namespaces]]
//! binding = "SESSIONS"
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//!
//! [[kv_namespaces]]
//! binding = "SESSIONS"
//! id = "5a1f6d1c7f2c4ad8b8e42c9b9d0a6f11"
//! ```
//!
//! ## How to fix
//!
//! Add the `id` of the namespace: `wrangler kv namespace list` shows them, and `wrangler kv
//! namespace create` makes one. Where the new namespace is wanted, ignore this finding with a
//! reason.
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
    id: "kv/no-id",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["KV-03"],
    page: include_str!("no_id.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for missing in unbound(cx.run.workspace, cx.service, "kv_namespaces", "id") {
        let why = creates(&missing, "namespace");
        report_unbound(cx, &missing, why, "wrangler kv namespace list", out);
    }
}
