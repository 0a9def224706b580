//! # A deployment would switch preview URLs on or off
//!
//! ## What it checks
//!
//! Environments in which `preview_urls` is not set, and whose Worker has its preview URLs in another
//! state than its address on workers.dev will have.
//!
//! ## Why it matters
//!
//! Preview URLs that the configuration does not speak of follow the address on workers.dev. So a
//! deployment changes what somebody set in the dashboard: it makes every version public, which is a
//! warning, or takes away the links that reviewers use, which is a note.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "workers_dev": { "enabled": true, "previews_enabled": false } } }
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
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "workers_dev": { "enabled": true, "previews_enabled": false } } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Say which one it is: `preview_urls = true` or `preview_urls = false`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/previews/>

use crate::core::config::wrangler::routes::workers_dev as wants;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/switches-previews",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::WorkersDev]),
    catalogue: &["WD-02"],
    page: include_str!("switches_previews.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Deployed { environment, name: worker, live, .. } in cx.deployed() {
        let Some(live) = live.and_then(|live| live.workers_dev.known()) else { continue };
        let becomes = wants(&environment);
        if environment.get("preview_urls").is_some() || live.previews_enabled == becomes {
            continue;
        }
        let said = environment.get("workers_dev");
        let (does, severity) = match becomes {
            true => ("on", Severity::Warning),
            false => ("off", Severity::Note),
        };
        let _ = out
            .at(said.map_or(cx.service.headline(), |setting| setting.span()))
            .say(format!("the deployment switches the preview URLs of {worker} {does}: preview_urls is not set"))
            .path(environment.path("preview_urls"))
            .why("what the configuration does not say follows workers_dev, whatever the dashboard says")
            .help(format!("add preview_urls = {} to keep them as they are", live.previews_enabled))
            .severity(severity)
            .on(&environment);
    }
}
