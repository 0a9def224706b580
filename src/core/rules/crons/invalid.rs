//! # A cron expression that Cloudflare does not take
//!
//! ## What it checks
//!
//! Each of `triggers.crons`: text of five fields (minute, hour, day of the month, month, weekday)
//! with the values and characters that Cloudflare documents. Weekdays go from 1 (Sunday) to 7.
//!
//! ## Why it matters
//!
//! Wrangler does not look at them. Cloudflare refuses them after the new code went live: `invalid
//! cron string` (code 10100), or `Could not parse request body` (code 10026) where one is not text.
//! Then no cron trigger of the deployment is set.
//!
//! The documentation is silent on some combinations, such as `*/60` or `1,L`. The parser that
//! Cloudflare published for cron triggers refuses them; whether today's does is unconfirmed, so for
//! these it is a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 3 * * 0"] }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 3 * * SUN"] }
//! ```
//!
//! ## How to fix
//!
//! Write five fields. Write weekdays by their names. For seconds and years there is no field.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>
//! - <https://github.com/cloudflare/workers-sdk/issues/8923>
//! - <https://github.com/cloudflare/cloudflare-docs/pull/33580>

use crate::core::config::cron::parse;
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::triggers::crons;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/invalid",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CR-02", "CR-06"],
    page: include_str!("invalid.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for cron in crons(&environment) {
            let (message, help, certain) = match cron.value.as_str().map(|text| (text, parse(text)))
            {
                Some((text, _)) if placeholder(text).is_some() => continue,
                Some((_, Ok(_))) => continue,
                Some((text, Err(problem))) => (
                    format!("the cron \"{text}\": {}", problem.message),
                    problem.help,
                    problem.certain,
                ),
                None => (
                    format!("a cron must be text, not {}", cron.value.describe()),
                    Some("write the expression alone: \"0 3 * * *\"".into()),
                    true,
                ),
            };
            let draft = out
                .at(cron.place.span)
                .say(message)
                .path(cron.path)
                .why("Cloudflare refuses it after the new code went live")
                .severity(if certain { Severity::Error } else { Severity::Warning })
                .on(&environment);
            if let Some(help) = help {
                let _ = draft.help(help);
            }
        }
    }
}
