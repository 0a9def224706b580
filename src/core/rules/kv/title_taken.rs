//! # A deployment creates a KV namespace whose title is taken
//!
//! ## What it checks
//!
//! KV bindings without an `id` that a deployment would create a namespace for, because the live
//! Worker has no binding of that name to keep: that no namespace has the title which Wrangler gives
//! to the new one.
//!
//! ## Why it matters
//!
//! Cloudflare refuses to create it, `a namespace with this account ID and title already exists`
//! (code 10014), and the deployment stops after the build and after the upload of assets.
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
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {},
//!       "kv_namespaces": [{ "id": "0f2ac74b498b48028cb68387c421e279", "title": "shop-cache" }]
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
//!       "workers": {},
//!       "kv_namespaces": [{ "id": "0f2ac74b498b48028cb68387c421e279", "title": "shop-cache" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id of the namespace that has the title.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/issues/14262>

use crate::core::config::wrangler::provisioning::unbound;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "kv/title-taken",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Settings, Part::KvNamespaces]),
    catalogue: &["KV-04"],
    page: include_str!("title_taken.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for missing in unbound(cx.run.workspace, cx.service, "kv_namespaces", "id") {
        let Some(worker) = cx.run.deployed(&missing.environment) else { continue };
        let creates = !worker.keeps("kv_namespace", missing.name).unwrap_or(true);
        let Some(namespaces) = worker.account.kv_namespaces.known().filter(|_| creates) else {
            continue;
        };
        let title = missing.created_name();
        let Some(taken) = namespaces.iter().find(|namespace| namespace.title == title) else {
            continue;
        };
        let _ = out
            .at(missing.span)
            .say(format!("`{}` has no id, and a KV namespace {title} exists already", missing.name))
            .label("bound to nothing yet")
            .path(missing.path())
            .why("a deployment tries to create one of that title, and Cloudflare refuses (code 10014)")
            .help(format!("add id = \"{}\"", taken.id))
            .severity(cx.run.severity_of_missing(&missing.environment))
            .on(&missing.environment);
    }
}
