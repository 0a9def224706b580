//! # A cron trigger names a day that does not exist
//!
//! ## What it checks
//!
//! Cron expressions whose days of the month are in none of their months: 31 April, 30 February.
//!
//! ## Why it matters
//!
//! The trigger is accepted and never runs. Nobody says so.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 0 31 4,6,9,11 *"] }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 0 L 4,6,9,11 *"] }
//! ```
//!
//! ## How to fix
//!
//! Write `L` for the last day of a month.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>

use crate::core::config::cron::parse;
use crate::core::config::wrangler::triggers::crons;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/never-runs",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CR-02"],
    page: include_str!("never_runs.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for cron in crons(&environment) {
            let Some(Ok(schedule)) = cron.value.as_str().map(parse) else { continue };
            if schedule.never_runs() {
                let _ = out
                    .at(cron.place.span)
                    .say(format!("the cron {} never runs", cron.value))
                    .label("no such day in these months")
                    .path(cron.path)
                    .help("write L for the last day of a month")
                    .on(&environment);
            }
        }
    }
}
