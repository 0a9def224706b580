//! # The compatibility date is years old
//!
//! ## What it checks
//!
//! A `compatibility_date` of more than two years ago.
//!
//! ## Why it matters
//!
//! Nothing breaks: Cloudflare keeps the behaviour of each date. But the Worker goes without every
//! correction since then, libraries stop testing against it, and the later the date is changed, the
//! more changes at once. With a date before 2024-09-23 the flag `nodejs_compat` also means only the
//! few modules that it meant at first, without polyfills.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2021-11-02"
//! workers_dev = false
//! preview_urls = false
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
//! ## How to fix
//!
//! Read what changed since, set a newer date and run the tests. The behaviour that the Worker
//! relies on can be kept with a compatibility flag.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-dates/>
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/>

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/old-compatibility-date",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-14"],
    page: include_str!("old_compatibility_date.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Ok(oldest) = cx.run.today.checked_sub(2.years()) else { return };
    for level in cx.levels() {
        let Some(value) = level.get("compatibility_date") else { continue };
        let date =
            value.as_str().filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        let Some(date) = date.filter(|date: &Date| *date < oldest) else { continue };
        let _ = out
            .at(value.span)
            .say(format!("the compatibility date {date} is more than two years old"))
            .path(level.path("compatibility_date"))
            .why("the Worker goes without every correction of the runtime since then")
            .help("read what changed since, set a newer date and run the tests")
            .written_in(&level);
    }
}
