//! # The compatibility date is in the future
//!
//! ## What it checks
//!
//! `compatibility_date` against today's date in UTC, which is the one that Cloudflare compares
//! with.
//!
//! ## Why it matters
//!
//! Wrangler lets it pass. Cloudflare refuses the upload: "Can't set compatibility date in the
//! future" (code 10021). It happens in the hours in which the day has begun where the file was
//! written and not yet in UTC, and by typing errors.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2096-01-31"
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
//! Write a date that is not after today.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-dates/>
//! - <https://github.com/cloudflare/workers-sdk/issues/5453>

use jiff::civil::Date;

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/future-compatibility-date",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-13"],
    page: include_str!("future_compatibility_date.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let today = cx.run.today;
    for level in cx.levels() {
        let Some(value) = level.get("compatibility_date") else { continue };
        // What is no date is another rule's business.
        let date =
            value.as_str().filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        let Some(date) = date.filter(|date: &Date| *date > today) else { continue };
        let _ = out
            .at(value.span)
            .say(format!("the compatibility date {date} is in the future"))
            .label(format!("today is {today} in UTC"))
            .path(level.path("compatibility_date"))
            .why("Cloudflare refuses the upload (code 10021)")
            .help(format!("write {today} or an earlier date"))
            .written_in(&level);
    }
}
