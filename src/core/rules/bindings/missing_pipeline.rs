//! # A pipeline does not exist
//!
//! ## What it checks
//!
//! The `pipeline` of bindings to Pipelines, an id or a name, against the pipelines of the account.
//! Bindings that name a `stream` are not looked at.
//!
//! ## Why it matters
//!
//! Wrangler does not look. What Cloudflare answers is not documented, so this is a warning: either
//! the upload is refused, or `send()` throws at run time and the events are lost.
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
//! [[pipelines]]
//! binding = "CLICKS"
//! pipeline = "clicks"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "pipelines": [] }
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
//! [[pipelines]]
//! binding = "CLICKS"
//! pipeline = "clicks"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "pipelines": [{ "id": "0f2ac74b498b48028cb68387c421e279", "name": "clicks" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the name or id that `wrangler pipelines list` shows, or create a pipeline with `wrangler
//! pipelines create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pipelines/>

use crate::core::config::placeholder::placeholder;
use crate::core::model::account::{Part, Pipeline};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-pipeline",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Pipelines]),
    catalogue: &[],
    page: include_str!("missing_pipeline.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(pipelines) = account.pipelines.known() else { continue };
        for binding in environment.bindings_of("pipelines") {
            let Some(value) = binding.value.get("pipeline") else { continue };
            let Some(named) = value.as_str().filter(|text| placeholder(text).is_none()) else {
                continue;
            };
            let is_it = |one: &Pipeline| one.id == named || one.name == named;
            if named.is_empty() || pipelines.iter().any(is_it) {
                continue;
            }
            let name = binding.name.unwrap_or("a binding");
            let _ = out
                .at(value.span)
                .say(format!("`{name}` is bound to {named}, and the account has no such pipeline"))
                .label("not in the account")
                .path(format!("{}.pipeline", binding.path))
                .why("events that are sent to it are lost")
                .help("write the name that `wrangler pipelines list` shows, or `wrangler pipelines create`")
                .on(&environment);
        }
    }
}
