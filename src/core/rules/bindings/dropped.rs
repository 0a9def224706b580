//! # A deployment removes a binding of the live Worker
//!
//! ## What it checks
//!
//! Bindings of the live Worker that the environment does not have, where the code reads them, or
//! where the Worker was last deployed from somewhere else than Wrangler, so that somebody may have
//! added them by hand. Variables and secrets have rules of their own.
//!
//! It is an error where the code relies on the binding. Bindings that Wrangler deployed and that
//! the code does not read are taken for removed on purpose.
//!
//! ## Why it matters
//!
//! A deployment replaces all bindings but secrets. What somebody added in the dashboard works until
//! the next pipeline runs: then `env.CACHE` is undefined, and the first use of it throws.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```ts src/index.ts
//! interface Env {
//!   CACHE: KVNamespace;
//! }
//!
//! export default {
//!   async fetch(request, env) {
//!     return new Response(await env.CACHE.get("greeting"));
//!   },
//! } satisfies ExportedHandler<Env>;
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {
//!         "shop": {
//!           "settings": {
//!             "bindings": [
//!               {
//!                 "name": "CACHE",
//!                 "type": "kv_namespace",
//!                 "target": { "namespace_id": "0f2ac74b498b48028cb68387c421e279" }
//!               }
//!             ]
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
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
//! ```ts src/index.ts
//! interface Env {
//!   CACHE: KVNamespace;
//! }
//!
//! export default {
//!   async fetch(request, env) {
//!     return new Response(await env.CACHE.get("greeting"));
//!   },
//! } satisfies ExportedHandler<Env>;
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {
//!         "shop": {
//!           "settings": {
//!             "bindings": [
//!               {
//!                 "name": "CACHE",
//!                 "type": "kv_namespace",
//!                 "target": { "namespace_id": "0f2ac74b498b48028cb68387c421e279" }
//!               }
//!             ]
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add the binding to the configuration, to every environment that runs the code.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#source-of-truth>

use crate::core::model::account::{LiveBinding, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::dropped::dropped;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/dropped",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Settings]),
    catalogue: &["SEC-05"],
    page: include_str!("dropped.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        for dropped in dropped(cx, &worker).filter(|dropped| !dropped.binding.is_variable()) {
            let LiveBinding { name, kind, .. } = dropped.binding;
            let draft = dropped
                .begin(cx, out)
                .say(format!(
                    "the deployment removes the binding {name} ({kind}) of {}",
                    worker.name
                ))
                .path("main")
                .help(format!("add the binding {name} to the configuration"))
                .on(&worker.environment);
            let _ = dropped.weigh(draft);
        }
    }
}
