//! # The code does at the top level what only a handler may do
//!
//! ## What it checks
//!
//! Calls outside of functions, in every module that is loaded with the Worker: `fetch`, `setTimeout`,
//! `setInterval`, `crypto.randomUUID`, `crypto.getRandomValues`, `crypto.subtle.generateKey`,
//! `AbortSignal.timeout`, `scheduler.wait`, `caches.default.match`, `new WebSocket`, `new EventSource`,
//! `new Response` with text, `Response.json`.
//!
//! ## Why it matters
//!
//! The runtime stops the Worker while it is loaded: `Disallowed operation called within global scope`.
//! Cloudflare loads it to validate the upload, and refuses it (code 10021). What only gives back a
//! rejected promise, or stands behind a condition, is a warning.
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
//! const secret = crypto.randomUUID();
//!
//! export default {
//!   async fetch() {
//!     return new Response(secret);
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
//! ```
//!
//! ```ts src/index.ts
//! let secret: string | undefined;
//!
//! export default {
//!   async fetch() {
//!     secret ??= crypto.randomUUID();
//!     return new Response(secret);
//!   },
//! };
//! ```
//!
//! ## How to fix
//!
//! Make the call inside a handler, and keep the result for the next one.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/handlers/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/top-level-io",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["BLD-04"],
    page: include_str!("top_level_io.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.handwritten(&environment) else { continue };
        for (file, call) in &facts.startup {
            let (severity, why) = match call.fatal {
                true => (
                    Severity::Error,
                    "the Worker does not start, and Cloudflare refuses the upload",
                ),
                false => (Severity::Warning, "the runtime forbids it while a Worker is loaded"),
            };
            let _ = out
                .in_file(*file, call.span)
                .say(format!("{} is called at the top level", call.name))
                .label("runs while the Worker is loaded")
                .severity(severity)
                .path("main")
                .why(why)
                .help("make the call inside a handler")
                .on(&environment);
        }
    }
}
