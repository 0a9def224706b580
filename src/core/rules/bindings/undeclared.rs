//! # The code uses a binding that nothing declares
//!
//! ## What it checks
//!
//! Names that the code reads from `env` and that can only be bindings, by their type
//! (`CACHE: KVNamespace`) or by what is called on them (`env.CACHE.get(…)`): that the environment
//! has a binding of that name. And all names that are declared with other capitals only. Names that
//! the code tests before it uses them are left alone, as are those that only the top level declares
//! and an environment lacks: `env/missing-binding` speaks of these.
//!
//! ## Why it matters
//!
//! `env.CACHE` is undefined, and the first use of it throws. Wrangler does not compare code and
//! configuration.
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
//! ## How to fix
//!
//! Add the binding to every environment that runs the code.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::undeclared;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/undeclared",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-01"],
    page: include_str!("undeclared.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.handwritten(&environment) else { continue };
        let worker = cx.run.deployed(&environment);
        let live = worker.and_then(|worker| worker.settings());
        for one in undeclared(facts, &environment) {
            let name = one.name;
            // What the live Worker has and the deployment removes is `bindings/dropped`'s business.
            if live.is_some_and(|live| live.bindings.iter().any(|binding| binding.name == name)) {
                continue;
            }
            let (fact, help) = match one.similar {
                Some(known) => (
                    format!("the code reads env.{name}, and the configuration declares {known}"),
                    format!("use one spelling: env.{known}"),
                ),
                None if one.binding => (
                    format!("nothing declares the binding {name} that the code uses"),
                    format!("add a binding with the name {name}"),
                ),
                None => continue,
            };
            let _ = out
                .in_file(one.place.file, one.place.span)
                .say(fact)
                .label("undefined at run time")
                .path("main")
                .why("the first use of it throws")
                .help(help)
                .on(&environment);
        }
    }
}
