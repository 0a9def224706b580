//! # A KV namespace does not exist
//!
//! ## What it checks
//!
//! The `id` of KV bindings against the namespaces of the account.
//!
//! ## Why it matters
//!
//! Wrangler does not look. Cloudflare refuses the upload, after the build and after the upload of
//! assets: the namespace is not found (code 10041). Most often it was deleted, or is another
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "kv_namespaces": [] }
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "kv_namespaces": [{ "id": "0f2ac74b498b48028cb68387c421e279", "title": "shop-cache" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id that `wrangler kv namespace list` shows, or create a namespace with `wrangler kv
//! namespace create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/methods/list/>

use crate::core::config::ids::is_hex_32;
use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "kv/missing-namespace",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::KvNamespaces]),
    catalogue: &["KV-01"],
    page: include_str!("missing_namespace.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "kv_namespaces",
    key: "id",
    has_form: is_hex_32,
    noun: "KV namespace",
    why: "Cloudflare refuses the upload: the namespace is not found (code 10041)",
    is_created: false,
    list: "wrangler kv namespace list",
    create: "wrangler kv namespace create",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, |account, _| known(account), out);
}

fn known(account: &Account) -> Option<Vec<&str>> {
    Some(account.kv_namespaces.known()?.iter().map(|namespace| &*namespace.id).collect())
}
