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
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
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

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(namespaces) = account.kv_namespaces.known() else { continue };
        for binding in environment.bindings_of("kv_namespaces") {
            // What cannot be an id is another rule's business.
            let Some(id) = binding.id.filter(|id| is_hex_32(id)) else { continue };
            if namespaces.iter().any(|namespace| namespace.id.eq_ignore_ascii_case(id)) {
                continue;
            }
            let name = binding.name.unwrap_or("a KV binding");
            let _ = out
                .at(binding.value.span_of("id"))
                .say(format!("`{name}` has the id {id}, and the account has no such KV namespace"))
                .label("not in the account")
                .path(format!("{}.id", binding.path))
                .why("Cloudflare refuses the upload: the namespace is not found (code 10041)")
                .help("write the id that `wrangler kv namespace list` shows, or create one with `wrangler kv namespace create`")
                .on(&environment);
        }
    }
}
