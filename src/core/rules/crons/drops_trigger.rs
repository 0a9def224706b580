//! # A deployment would remove a cron trigger
//!
//! ## What it checks
//!
//! Cron triggers that the Worker has and that the configuration's list has not.
//!
//! ## Why it matters
//!
//! The list of a configuration is all that the Worker has. So a trigger that somebody added in the
//! dashboard goes with the next deployment, and its work is no longer done. It is a note, because a
//! trigger that was changed in the configuration looks the same.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! triggers = { crons = ["0 4 * * *"] }
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "crons": ["0 4 * * *", "30 6 * * MON"] } }
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
//! triggers = { crons = ["0 4 * * *"] }
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "crons": ["0 4 * * *"] } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add the trigger to the list if it is to stay.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::some_of;
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/drops-trigger",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Crons]),
    catalogue: &["RT-12"],
    page: include_str!("drops_trigger.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Deployed { environment, name: worker, live, .. } in cx.deployed() {
        let Some(live) = live.and_then(|live| live.crons.known()) else { continue };
        let Some(triggers) = environment.get("triggers") else { continue };
        // An empty list is there to remove them all.
        let list = triggers.value().get("crons").filter(|list| !list.items().is_empty());
        let Some(list) = list else { continue };
        let has = |cron: &str| list.items().iter().any(|item| item.as_str() == Some(cron));
        let gone: Vec<&str> = live.iter().map(String::as_str).filter(|cron| !has(cron)).collect();
        if gone.is_empty() {
            continue;
        }
        let _ = out
            .at(list.span)
            .say(format!("the deployment removes the cron trigger {} from {worker}", some_of(gone)))
            .path(format!("{}.crons", triggers.path()))
            .why("triggers that are not in the list are removed, those of the dashboard too")
            .help("add it to the list if it is to stay")
            .on(&environment);
    }
}
