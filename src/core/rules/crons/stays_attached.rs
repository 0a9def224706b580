//! # Cron triggers stay though they left the configuration
//!
//! ## What it checks
//!
//! Workers that have cron triggers, and whose configuration has no `triggers.crons`.
//!
//! ## Why it matters
//!
//! Wrangler sets cron triggers only where the configuration has the list. Without it those that are
//! live stay, and start the new code: a handler that is no longer there fails each time, and an
//! environment that once inherited the triggers goes on doing production's work.
//!
//! ## Bad
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
//!       "workers": { "shop": { "crons": ["0 3 * * *"] } }
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
//! triggers = { crons = [] }
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "crons": ["0 3 * * *"] } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! `triggers = { crons = [] }` removes them. To keep them, write them down.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::some_of;
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/stays-attached",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Crons]),
    catalogue: &["RT-12"],
    page: include_str!("stays_attached.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Deployed { environment, name: worker, live, .. } in cx.deployed() {
        let Some(live) = live.and_then(|live| live.crons.known()) else { continue };
        let triggers = environment.get("triggers");
        let listed = triggers.is_some_and(|triggers| triggers.value().get("crons").is_some());
        if listed || live.is_empty() {
            continue;
        }
        let _ = out
            .at(triggers.map_or(cx.service.headline(), |triggers| triggers.entry.key_span))
            .say(format!(
                "{worker} keeps the cron triggers {}",
                some_of(live.iter().map(String::as_str))
            ))
            .path(environment.path("triggers.crons"))
            .why("without the list Wrangler sets none, and leaves those that are live")
            .help("add triggers = { crons = [] } to remove them, or write them down")
            .on(&environment);
    }
}
