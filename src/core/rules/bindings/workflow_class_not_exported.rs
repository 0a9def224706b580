//! # The code does not export the class of a Workflow
//!
//! ## What it checks
//!
//! Entries of `workflows` without a `script_name`: that the entry point exports the class, itself or by
//! `export … from` another module. Where an export cannot be followed, the rule is silent.
//!
//! ## Why it matters
//!
//! Wrangler stops after it has bundled the code: `Your Worker depends on the following Workflows, which
//! are not exported in your entrypoint file`.
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
//! [[workflows]]
//! name = "refunds"
//! binding = "REFUNDS"
//! class_name = "Refund"
//! ```
//!
//! ```ts src/index.ts
//! import { WorkflowEntrypoint } from "cloudflare:workers";
//!
//! class Refund extends WorkflowEntrypoint {}
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
//! [[workflows]]
//! name = "refunds"
//! binding = "REFUNDS"
//! class_name = "Refund"
//! ```
//!
//! ```ts src/index.ts
//! import { WorkflowEntrypoint } from "cloudflare:workers";
//!
//! export class Refund extends WorkflowEntrypoint {}
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
//! Write `export` before the class, or add `export { Refund } from "./refund"` to the entry point.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workflows/build/workers-api/>

use crate::core::config::placeholder::placeholder;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/workflow-class-not-exported",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("workflow_class_not_exported.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let facts = cx.run.workspace.sources.bundled(&environment);
        let Some(facts) = facts.filter(|facts| facts.exports_complete) else { continue };
        for binding in environment.bindings_of("workflows") {
            if binding.names_script() {
                continue;
            }
            let Some(value) = binding.value.get("class_name") else { continue };
            let Some(class) = value.as_str().filter(|class| placeholder(class).is_none()) else {
                continue;
            };
            if facts.exports.contains_key(class) {
                continue;
            }
            let draft = out
                .at(value.span)
                .say(format!("the code does not export the Workflow class {class}"))
                .label("not exported")
                .path(format!("{}.class_name", binding.path))
                .why("Wrangler stops once the code is bundled")
                .help(format!("export the class {class} from the entry point"))
                .on(&environment);
            let _ = match facts.default_export {
                Some(place) => draft.see(place, "the entry point"),
                None => draft,
            };
        }
    }
}
