//! # A deployment would switch the address on workers.dev off
//!
//! ## What it checks
//!
//! Environments with routes in which `workers_dev` is not set, and whose Worker answers on
//! workers.dev now.
//!
//! ## Why it matters
//!
//! The first route in a configuration switches the address on workers.dev off, unless it says
//! `workers_dev = true`. Whoever calls the Worker there (a webhook, another service, a test) gets an
//! error from the deployment on.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! preview_urls = false
//! routes = ["shop.example.com/*"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "workers_dev": { "enabled": true, "previews_enabled": true } } }
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
//! workers_dev = true
//! preview_urls = false
//! routes = ["shop.example.com/*"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "workers_dev": { "enabled": true, "previews_enabled": true } } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Say which one it is: `workers_dev = true` keeps the address, `workers_dev = false` ends it
//! knowingly.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::wrangler::routes::workers_dev as wants;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/switches-off",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::WorkersDev]),
    catalogue: &["WD-01"],
    page: include_str!("switches_off.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Deployed { environment, name: worker, live, .. } in cx.deployed() {
        let Some(live) = live.and_then(|live| live.workers_dev.known()) else { continue };
        if !live.enabled || environment.get("workers_dev").is_some() || wants(&environment) {
            continue;
        }
        let span = environment.get("routes").or_else(|| environment.get("route"));
        let _ = out
            .at(span.map_or(cx.service.headline(), |setting| setting.entry.key_span))
            .say(format!("the deployment switches {worker} off on workers.dev: it has a route, and workers_dev is not set"))
            .path(environment.path("workers_dev"))
            .why("the address is on now, and whoever calls it gets an error from then on")
            .help("add workers_dev = true to keep it, or workers_dev = false")
            .on(&environment);
    }
}
