//! # A deployment would make the Worker public on workers.dev
//!
//! ## What it checks
//!
//! Environments without any route in which `workers_dev` is not set, and whose Worker does not
//! answer on workers.dev now. Beside `access` it is an error.
//!
//! ## Why it matters
//!
//! Where there is no route and nothing is said, Wrangler switches the address on: somebody switched
//! it off in the dashboard, and the next deployment undoes it. What protected the Worker does not
//! protect that address.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! preview_urls = false
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "workers_dev": { "enabled": false, "previews_enabled": false } } }
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
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "workers_dev": { "enabled": false, "previews_enabled": false } } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Say which one it is: `workers_dev = false` keeps the address off.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::wrangler::routes::workers_dev as wants;
use crate::core::model::account::Part;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/switches-on",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::WorkersDev]),
    catalogue: &["WD-01"],
    page: include_str!("switches_on.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Deployed { environment, name: worker, live, .. } in cx.deployed() {
        let Some(live) = live.and_then(|live| live.workers_dev.known()) else { continue };
        if live.enabled || environment.get("workers_dev").is_some() || !wants(&environment) {
            continue;
        }
        let draft = out
            .at(cx.service.headline())
            .say(format!("the deployment makes {worker} public on workers.dev: it has no route, and workers_dev is not set"))
            .path(environment.path("workers_dev"))
            .why("the address is off now, and without a route Wrangler switches it on")
            .help("add workers_dev = false to keep it off, or workers_dev = true")
            .on(&environment);
        if let Some(access) = environment.get("access") {
            let place = Place { file: cx.service.config.file, span: access.entry.key_span };
            let _ = draft.severity(Severity::Error).see(place, "it counts on Access");
        }
    }
}
