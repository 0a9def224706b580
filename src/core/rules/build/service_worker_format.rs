//! # A Worker in the service-worker format has Durable Objects
//!
//! ## What it checks
//!
//! Workers whose entry point exports nothing by name, or listens for `fetch` and has no default export:
//! Wrangler takes them for the old service-worker format. `export * from` alone does not count as an
//! export. It checks that they bind no Durable Object class of their own and have no `migrations`.
//!
//! ## Why it matters
//!
//! Wrangler stops: `You seem to be trying to use Durable Objects in a Worker written as a
//! service-worker`, or `Durable Object migrations require ES Module format Workers`.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ```ts src/index.ts
//! addEventListener("fetch", (event) => {
//!   event.respondWith(new Response("Hello\n"));
//! });
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ```ts src/index.ts
//! import { DurableObject } from "cloudflare:workers";
//!
//! export class Cart extends DurableObject {}
//!
//! export default {
//!   async fetch() {
//!     return new Response("Hello\n");
//!   },
//! };
//! ```
//!
//! ## How to fix
//!
//! Write the Worker as a module: `export default { fetch(request, env) { … } }`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/reference/migrate-to-module-workers/>

use crate::core::model::{Place, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::Format;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/service-worker-format",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-17"],
    page: include_str!("service_worker_format.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let facts = cx.run.workspace.sources.bundled(&environment);
        let Some(facts) = facts.filter(|facts| facts.format == Format::ServiceWorker) else {
            continue;
        };
        let own = environment
            .bindings_of("durable_objects")
            .into_iter()
            .find(|binding| !binding.names_script());
        let migrations = environment.get("migrations");
        let migrations = migrations.filter(|list| !list.value().items().is_empty());
        let (span, path, what) = match (own, migrations) {
            (Some(binding), _) => (binding.name_span, binding.path, "a Durable Object class"),
            (None, Some(migrations)) => {
                (migrations.entry.key_span, migrations.path(), "Durable Object migrations")
            }
            (None, None) => continue,
        };
        let entry = Place { file: facts.entry, span: Span::new(0, 0) };
        let _ = out
            .at(span)
            .say(format!("a Worker in the service-worker format has {what}"))
            .see(entry, "this file has no default export")
            .path(path)
            .why("Wrangler stops: only module Workers may have them")
            .help("write the Worker as a module: export default { fetch(request, env) { … } }")
            .on(&environment);
    }
}
