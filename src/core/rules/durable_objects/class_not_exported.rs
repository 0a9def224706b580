//! # The code does not export a Durable Object class
//!
//! ## What it checks
//!
//! Durable Object bindings without a `script_name`: that the entry point exports the class, itself or
//! by `export … from` another module. Where an export cannot be followed (`export *` from a package),
//! the rule is silent.
//!
//! ## Why it matters
//!
//! Wrangler stops after it has bundled the code: `Your Worker depends on the following Durable Objects,
//! which are not exported in your entrypoint file`. With `no_bundle` it does not look, and neither does
//! this rule.
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
//! import { DurableObject } from "cloudflare:workers";
//!
//! class Cart extends DurableObject {}
//!
//! export default {
//!   async fetch() {
//!     return new Response("Hello\n");
//!   },
//! };
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
//! Write `export` before the class, or add `export { Cart } from "./cart"` to the entry point.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/get-started/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::{Exported, Format};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/class-not-exported",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-02"],
    page: include_str!("class_not_exported.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.bundled(&environment) else { continue };
        // In the service-worker format nothing is exported: another rule speaks of that.
        if !facts.exports_complete || facts.format != Format::Module {
            continue;
        }
        let classes = facts.exports.iter().filter_map(|(name, export)| match export.value {
            Exported::Class(_) => Some(&**name),
            _ => None,
        });
        let classes: Vec<&str> = classes.collect();
        for binding in environment.bindings_of("durable_objects") {
            let Some(class) = binding.id.filter(|_| !binding.names_script()) else { continue };
            if facts.exports.contains_key(class) || placeholder(class).is_some() {
                continue;
            }
            let help = match closest(class, classes.iter().copied()) {
                Some(similar) => format!("write class_name = \"{similar}\", or export {class}"),
                None => format!("export the class {class} from the entry point"),
            };
            let draft = out
                .at(binding.value.span_of("class_name"))
                .say(format!("the code does not export the Durable Object class {class}"))
                .label("not exported")
                .path(format!("{}.class_name", binding.path))
                .why("Wrangler stops once the code is bundled")
                .help(help)
                .on(&environment);
            let _ = match facts.default_export {
                Some(place) => draft.see(place, exported(&classes)),
                None => draft,
            };
        }
    }
}

fn exported(classes: &[&str]) -> String {
    match classes {
        [] => "the entry point exports no class".to_owned(),
        classes => format!("the entry point exports {}", classes.join(", ")),
    }
}
