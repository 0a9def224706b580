//! # A cron trigger has no scheduled handler
//!
//! ## What it checks
//!
//! Workers with `triggers.crons`: that the default export of the code has `scheduled`. Where the handlers
//! are not certain (a spread, a framework, an unknown wrapper), the rule is silent.
//!
//! ## Why it matters
//!
//! Wrangler registers the trigger. Every run of it fails, and only the logs say so.
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
//! [triggers]
//! crons = ["17 3 * * *"]
//! ```
//!
//! ```ts src/index.ts
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
//! [triggers]
//! crons = ["17 3 * * *"]
//! ```
//!
//! ```ts src/index.ts
//! export default {
//!   async scheduled() {
//!     console.log("Good morning");
//!   },
//! };
//! ```
//!
//! ## How to fix
//!
//! Add a `scheduled` handler to the default export, or write `crons = []`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/handlers/scheduled/>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::Format;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/no-scheduled-handler",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CR-04"],
    page: include_str!("no_scheduled_handler.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.handwritten(&environment) else { continue };
        if facts.format != Format::Module || !facts.handlers.lack("scheduled") {
            continue;
        }
        let Some(triggers) = environment.get("triggers") else { continue };
        let Some(crons) = triggers.value().get("crons") else { continue };
        if Value::items(crons).is_empty() {
            continue;
        }
        let draft = out
            .at(crons.span)
            .say("the code has no scheduled handler for these cron triggers")
            .path(format!("{}.crons", triggers.path()))
            .why("every run of a trigger fails")
            .help("add async scheduled(controller, env) { … } to the default export")
            .on(&environment);
        let _ = match facts.default_export {
            Some(place) => draft.see(place, "no scheduled here"),
            None => draft,
        };
    }
}
