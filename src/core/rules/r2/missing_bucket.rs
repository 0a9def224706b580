//! # An R2 bucket does not exist
//!
//! ## What it checks
//!
//! The `bucket_name` of R2 bindings against the buckets of the account in the jurisdiction of the
//! binding.
//!
//! It is a warning where the Worker does not exist yet: its first deployment may be meant to create
//! the bucket.
//!
//! ## Why it matters
//!
//! Wrangler creates a bucket that it does not find. After a typing error the Worker works on a new,
//! empty bucket, and nothing says so. Where Wrangler may not create anything, Cloudflare refuses
//! the upload (code 10085).
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
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "r2": { "enabled": true, "buckets": { "default": ["shop-image"] } }
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
//! Correct the name, or create the bucket with `wrangler r2 bucket create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/r2/subresources/buckets/methods/list/>
//! - <https://github.com/cloudflare/workers-sdk/issues/9418>

use crate::core::config::wrangler::Binding;
use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::jurisdiction;
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/missing-bucket",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::R2Buckets]),
    catalogue: &["R2-01"],
    page: include_str!("missing_bucket.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "r2_buckets",
    key: "bucket_name",
    has_form: |_| true,
    noun: "R2 bucket",
    why: "a deployment creates a new, empty bucket of that name",
    is_created: true,
    list: "wrangler r2 bucket list",
    create: "wrangler r2 bucket create",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, known, out);
}

/// The buckets in the jurisdiction of a binding. Not where another jurisdiction has the bucket, and
/// not where R2 is switched off: other rules speak of that.
fn known<'a>(account: &'a Account, binding: &Binding<'_>) -> Option<Vec<&'a str>> {
    let r2 = account.r2.known().filter(|r2| r2.enabled)?;
    let name = binding.id?;
    let buckets = r2.buckets.get(jurisdiction(binding))?.known()?;
    r2.jurisdiction_of(name).is_none().then(|| buckets.iter().map(String::as_str).collect())
}
