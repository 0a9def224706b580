//! # Two cron triggers are the same
//!
//! ## What it checks
//!
//! Two expressions of one list that name the same times, however they are spelt.
//!
//! ## Why it matters
//!
//! One of the two was meant to be another time, or is left over. What Cloudflare makes of the
//! second one is unconfirmed: it may refuse it, or run the job twice.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0,30 * * * *", "*/30 * * * *"] }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["*/30 * * * *"] }
//! ```
//!
//! ## How to fix
//!
//! Remove one of the two, or write the time that was meant.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>

use crate::core::config::cron::parse;
use crate::core::config::wrangler::triggers::crons;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/duplicate",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CR-03"],
    page: include_str!("duplicate.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let mut known = Vec::new();
        for cron in crons(&environment) {
            let Some(Ok(schedule)) = cron.value.as_str().map(parse) else { continue };
            match known.iter().find(|(other, _)| *other == schedule) {
                None => known.push((schedule, cron.place)),
                Some((_, first)) => {
                    let _ = out
                        .at(cron.place.span)
                        .say(format!("the cron {} names the same times as another", cron.value))
                        .label("again here")
                        .see(*first, "the first is here")
                        .path(cron.path)
                        .help("remove one of the two")
                        .on(&environment);
                }
            }
        }
    }
}
