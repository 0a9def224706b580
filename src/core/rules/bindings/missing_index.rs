//! # A Vectorize index does not exist
//!
//! ## What it checks
//!
//! The `index_name` of Vectorize bindings against the indexes of the account.
//!
//! ## Why it matters
//!
//! Wrangler does not look. Cloudflare refuses the upload, after the build and after the upload of
//! assets (code 10159).
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
//! [[vectorize]]
//! binding = "PRODUCTS"
//! index_name = "products"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "vectorize": [{ "name": "product" }] }
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
//! [[vectorize]]
//! binding = "PRODUCTS"
//! index_name = "products"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "vectorize": [{ "name": "products" }] }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or create the index with `wrangler vectorize create`. Its dimensions are those
//! of the model that makes the vectors, and cannot be changed.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/vectorize/subresources/indexes/methods/list/>

use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-index",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Vectorize]),
    catalogue: &["VEC-01"],
    page: include_str!("missing_index.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "vectorize",
    key: "index_name",
    has_form: |_| true,
    noun: "Vectorize index",
    why: "Cloudflare refuses the upload: the index is not found (code 10159)",
    is_created: false,
    list: "wrangler vectorize list",
    create: "wrangler vectorize create",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, |account, _| known(account), out);
}

fn known(account: &Account) -> Option<Vec<&str>> {
    Some(account.vectorize.known()?.iter().map(|index| &*index.name).collect())
}
