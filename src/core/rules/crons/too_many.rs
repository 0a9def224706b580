//! # More cron triggers than an account may have
//!
//! ## What it checks
//!
//! How many cron triggers all Workers of the repository have together. Every environment is a
//! Worker of its own, and has the triggers that it inherits as well. Where the account is looked
//! at, `crons/account-limit` counts what is there.
//!
//! ## Why it matters
//!
//! An account has at most 5 cron triggers on Workers Free and 250 on Workers Paid (limits of
//! mid-2026). What is too much is refused after the new code went live: `This account has reached
//! the Workers Free limit of 5 cron triggers per account` (code 10072). Once over the limit even
//! an empty list is refused.
//!
//! clodo does not know the plan, nor which environments are ever deployed. So above 5 it is a note,
//! and above 250 a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 1 * * *", "0 2 * * *"] }
//!
//! [env.staging]
//!
//! [env.preview]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! triggers = { crons = ["0 1 * * *", "0 2 * * *"] }
//!
//! [env.staging]
//! triggers = { crons = [] }
//!
//! [env.preview]
//! triggers = { crons = [] }
//! ```
//!
//! ## How to fix
//!
//! Give environments that need none `triggers = { crons = [] }`. Let one trigger do several jobs:
//! the handler sees the time. Or use a paid plan.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/>
//! - <https://github.com/cloudflare/workers-sdk/issues/15194>

use std::collections::BTreeMap;

use crate::core::config::limits::{CRONS, Excess};
use crate::core::config::wrangler::{Environment, Setting};
use crate::core::model::{Kind, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/too-many",
    severity: Severity::Note,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CR-01"],
    page: include_str!("too_many.rs"),
    check: Check::Workspace(check),
};

/// The cron triggers of one account.
#[derive(Default)]
struct Account<'a> {
    crons: usize,
    workers: usize,
    /// The list that has most of them, and whose it is.
    longest: Option<(usize, Environment<'a>, Setting<'a>)>,
}

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut accounts: BTreeMap<Option<&str>, Account<'_>> = BTreeMap::new();
    let workers = cx.workspace.services.iter().filter(|service| service.kind == Kind::Worker);
    for environment in workers.flat_map(Environment::all) {
        let Some(triggers) = environment.get("triggers") else { continue };
        let crons = triggers.value().get("crons").map_or(0, |crons| crons.items().len());
        // What the account has counts where it was looked at: `crons/account-limit`.
        let seen = cx.account(&environment).is_some_and(|one| one.workers.known().is_some());
        if crons == 0 || seen {
            continue;
        }
        let account = accounts.entry(environment.text("account_id")).or_default();
        account.crons += crons;
        account.workers += 1;
        if account.longest.is_none_or(|(most, ..)| most < crons) {
            account.longest = Some((crons, environment, triggers));
        }
    }
    for Account { crons, workers, longest } in accounts.into_values() {
        let (Some(excess), Some((_, environment, triggers))) = (CRONS.exceeded_by(crons), longest)
        else {
            continue;
        };
        let (limit, plan, severity) = match excess {
            Excess::Free => (CRONS.free, "Workers Free", Severity::Note),
            Excess::Paid => (CRONS.paid, "Workers Paid", Severity::Warning),
        };
        let place =
            triggers.value().get("crons").map_or(triggers.span(), |crons: &Value| crons.span);
        let of = match workers {
            1 => "the Worker has".to_owned(),
            workers => format!("{workers} Workers have"),
        };
        let _ = out
            .in_file(environment.service.config.file, place)
            .say(format!("{of} {crons} cron triggers, and an account on {plan} may have {limit}"))
            .path(format!("{}.crons", triggers.path()))
            .why("Cloudflare refuses what is too much after the new code went live")
            .help("give environments that need none triggers = { crons = [] }")
            .severity(severity)
            .of(environment.service)
            .on(&environment);
    }
}
