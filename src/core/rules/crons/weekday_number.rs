//! # A weekday is given by a number
//!
//! ## What it checks
//!
//! Cron expressions that name some weekdays by numbers.
//!
//! ## Why it matters
//!
//! To Cloudflare 1 is Sunday and 7 is Saturday. Everywhere else 1 is Monday. `1-5` runs from Sunday
//! to Thursday, `1` on Sundays, and a job that was meant for Fridays does not run on Fridays.
//! Nobody says so.
//!
//! `1-5` and `6,7` are how other systems write the working days and the weekend, so for these it
//! is a warning. Any other number is worth a look, and a note.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 9 * * 1-5"] }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 9 * * MON-FRI"] }
//! ```
//!
//! ## How to fix
//!
//! Write the names: `MON-FRI`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>
//! - <https://github.com/cloudflare/workers-sdk/issues/8923>

use crate::core::config::cron::parse;
use crate::core::config::wrangler::triggers::crons;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/weekday-number",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CR-02"],
    page: include_str!("weekday_number.rs"),
    check: Check::Service(check),
};

/// What means something else in every other system.
const ELSEWHERE: [(&str, &str); 5] = [
    ("1-5", "MON-FRI"),
    ("1,2,3,4,5", "MON-FRI"),
    ("6,7", "SAT,SUN"),
    ("6-7", "SAT,SUN"),
    ("7,6", "SAT,SUN"),
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for cron in crons(&environment) {
            let Some(text) = cron.value.as_str() else { continue };
            let Some(days) = parse(text).ok().and_then(|schedule| schedule.weekdays()) else {
                continue;
            };
            let written = text.split_whitespace().last().unwrap_or_default();
            let numbers = written.split('/').next().unwrap_or_default();
            if !numbers.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let draft = out
                .at(cron.place.span)
                .say(format!("the cron {} runs on {}", cron.value, days.join(", ")))
                .label("1 is Sunday")
                .path(cron.path)
                .why("Cloudflare counts weekdays from 1 (Sunday) to 7 (Saturday)")
                .on(&environment);
            let _ = match ELSEWHERE.iter().find(|(number, _)| *number == written) {
                Some((_, meant)) => draft
                    .severity(Severity::Warning)
                    .help(format!("write {meant}, or {} if that is meant", days.join(","))),
                None => draft.help(format!("write {} if that is meant", days.join(","))),
            };
        }
    }
}
