//! # A deployment takes the compatibility date back
//!
//! ## What it checks
//!
//! The `compatibility_date` of an environment against that of the live Worker.
//!
//! ## Why it matters
//!
//! The Worker gets back the behaviour of an earlier runtime, in every detail that has changed
//! between the two days. Most often the branch is older than what is live, or the date was set in
//! the dashboard.
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
//!       "workers": { "shop": { "compatibility_date": "2026-06-30" } }
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
//!       "workers": { "shop": { "compatibility_date": "2026-01-31" } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the date that is live, or a later one.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-dates/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use jiff::civil::Date;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/older-compatibility-date",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &[],
    page: include_str!("older_compatibility_date.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let Some(setting) = worker.environment.get("compatibility_date") else { continue };
        let live = worker.live.and_then(|live| live.compatibility_date.as_deref());
        let live = live.and_then(|text| text.parse::<Date>().ok().map(|date| (text, date)));
        let wanted = setting.value().as_str().and_then(|text| text.parse::<Date>().ok());
        let Some(((live, date), wanted)) = live.zip(wanted) else { continue };
        if wanted >= date {
            continue;
        }
        let _ = out
            .at(setting.value().span)
            .say(format!(
                "the compatibility date is before that of the live {}, {live}",
                worker.name
            ))
            .label("takes the runtime back")
            .path(setting.path())
            .why("what has changed between the two days changes back")
            .help(format!("write {live} or a later day"))
            .on(&worker.environment);
    }
}
