//! # A dispatch namespace does not exist
//!
//! ## What it checks
//!
//! The `namespace` of bindings to Workers for Platforms against the dispatch namespaces of the
//! account.
//!
//! It is a warning where the Worker does not exist yet: its first deployment may be meant to create
//! the namespace.
//!
//! ## Why it matters
//!
//! Wrangler creates what it does not find. After a typing error the Worker dispatches to a new,
//! empty namespace, in which there are none of the customers' Workers, and nothing says so.
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
//! [[dispatch_namespaces]]
//! binding = "CUSTOMERS"
//! namespace = "customers"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "dispatch_namespaces": [{ "name": "customer" }]
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
//! [[dispatch_namespaces]]
//! binding = "CUSTOMERS"
//! namespace = "customers"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "dispatch_namespaces": [{ "name": "customers" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or create the namespace with `wrangler dispatch-namespace create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/>

use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-dispatch-namespace",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::DispatchNamespaces]),
    catalogue: &["DISP-01"],
    page: include_str!("missing_dispatch_namespace.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "dispatch_namespaces",
    key: "namespace",
    has_form: |_| true,
    noun: "dispatch namespace",
    why: "a deployment creates a new, empty one of that name",
    is_created: true,
    list: "wrangler dispatch-namespace list",
    create: "wrangler dispatch-namespace create",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, |account, _| known(account), out);
}

fn known(account: &Account) -> Option<Vec<&str>> {
    Some(account.dispatch_namespaces.known()?.iter().map(|namespace| &*namespace.name).collect())
}
