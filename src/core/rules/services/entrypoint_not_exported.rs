//! # A service binding names an entrypoint that the other Worker does not export
//!
//! ## What it checks
//!
//! Service bindings with an `entrypoint` to a Worker of the repository: that the code of that Worker
//! exports it. Where its exports cannot be followed, the rule is silent.
//!
//! ## Why it matters
//!
//! Nobody compares the two: Wrangler says nothing. Calls through the binding have nowhere to go.
//!
//! ## Bad
//!
//! ```toml apps/jobs/wrangler.toml
//! name = "shop-jobs"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[services]]
//! binding = "DISCOUNTS"
//! service = "shop-pricing"
//! entrypoint = "Discounts"
//! ```
//!
//! ```ts apps/jobs/src/index.ts
//! export default {
//!   async fetch() {
//!     return new Response("Hello\n");
//!   },
//! };
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```ts apps/pricing/src/index.ts
//! import { WorkerEntrypoint } from "cloudflare:workers";
//!
//! export class Discount extends WorkerEntrypoint {}
//!
//! export default {
//!   async fetch() {
//!     return new Response("0 %\n");
//!   },
//! };
//! ```
//!
//! ## Good
//!
//! ```toml apps/jobs/wrangler.toml
//! name = "shop-jobs"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[services]]
//! binding = "DISCOUNTS"
//! service = "shop-pricing"
//! entrypoint = "Discounts"
//! ```
//!
//! ```ts apps/jobs/src/index.ts
//! export default {
//!   async fetch() {
//!     return new Response("Hello\n");
//!   },
//! };
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```ts apps/pricing/src/index.ts
//! import { WorkerEntrypoint } from "cloudflare:workers";
//!
//! export class Discounts extends WorkerEntrypoint {}
//!
//! export default {
//!   async fetch() {
//!     return new Response("0 %\n");
//!   },
//! };
//! ```
//!
//! ## How to fix
//!
//! Correct `entrypoint`, or export the class from the entry point of the other Worker.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/rpc/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::Purpose;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::{Format, SourceFacts};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/entrypoint-not-exported",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SVC-04"],
    page: include_str!("entrypoint_not_exported.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for (reference, target) in cx.run.fleet.targets(&environment) {
            let item = reference.item.get("entrypoint");
            let Some(value) = item.filter(|_| reference.purpose == Purpose::Service) else {
                continue;
            };
            let named = value.as_str().filter(|name| *name != "default" && !name.is_empty());
            let Some(name) = named.filter(|name| placeholder(name).is_none()) else { continue };
            let facts = cx.run.workspace.sources.handwritten(&target);
            let known = |facts: &&SourceFacts| {
                facts.exports_complete
                    && facts.format == Format::Module
                    && !facts.exports.contains_key(name)
            };
            let Some(facts) = facts.filter(known) else { continue };
            let help = match closest(name, facts.exports.keys().map(|name| &**name)) {
                Some(similar) => format!("write entrypoint = \"{similar}\""),
                None => format!("export a class {name} from the code of {}", reference.worker),
            };
            let draft = out
                .at(value.span)
                .say(format!("{} does not export the entrypoint {name}", reference.worker))
                .label("not exported there")
                .path(reference.path_of(&environment, "entrypoint"))
                .why("calls through this binding fail at run time")
                .help(help)
                .on(&environment);
            let _ = match facts.default_export {
                Some(place) => draft.see(place, "its code"),
                None => draft,
            };
        }
    }
}
