//! # R2 is not switched on
//!
//! ## What it checks
//!
//! Accounts that R2 was never switched on for, where a service has an R2 binding.
//!
//! ## Why it matters
//!
//! Somebody has to accept the terms of R2 in the dashboard once. Until then Cloudflare refuses
//! every request for buckets (code 10042), and every upload with an R2 binding (code 10136).
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
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "r2": { "enabled": false } }
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "r2": { "enabled": true, "buckets": { "default": ["shop-images"] } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Switch R2 on: in the dashboard under R2, by somebody who may accept its terms.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/r2/get-started/>
//! - <https://github.com/cloudflare/workers-sdk/issues/2877>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/not-enabled",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::R2Buckets]),
    catalogue: &["R2-02"],
    page: include_str!("not_enabled.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        if account.r2.known().is_none_or(|r2| r2.enabled) {
            continue;
        }
        let Some(setting) = environment.get("r2_buckets") else { continue };
        if setting.value().items().is_empty() {
            continue;
        }
        let _ = out
            .at(setting.entry.key_span)
            .say("R2 is not switched on in the account")
            .label("needs R2")
            .path(setting.path())
            .why("Cloudflare refuses uploads with an R2 binding until it is (code 10136)")
            .help(format!("switch it on: https://dash.cloudflare.com/{}/r2", account.id))
            .severity(cx.run.severity_of_missing(&environment))
            .on(&environment);
    }
}
