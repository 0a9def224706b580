//! # The account would have too many cron triggers
//!
//! ## What it checks
//!
//! How many cron triggers the account would have after the deployment: those of the configurations,
//! and those that are live and stay. Of other Workers only what was seen is counted, so there may be
//! more.
//!
//! ## Why it matters
//!
//! An account has at most 5 cron triggers on Workers Free and 250 on Workers Paid (limits of
//! mid-2026). What is too much is refused after the new code went live: `This account has reached
//! the Workers Free limit of 5 cron triggers per account` (code 10072). clodo does not know the
//! plan: above 5 it is a warning, above 250 an error. A deployment that adds no trigger is not
//! spoken of.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! triggers = { crons = ["0 1 * * *", "0 2 * * *"] }
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {
//!         "reports": { "crons": ["0 3 * * *", "0 4 * * *", "0 5 * * *", "0 6 * * *"] }
//!       }
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
//! triggers = { crons = ["0 1 * * *"] }
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {
//!         "reports": { "crons": ["0 3 * * *", "0 4 * * *", "0 5 * * *", "0 6 * * *"] }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Let one trigger do several jobs: the handler sees the time. Remove triggers of Workers that need
//! none. Or use a paid plan.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/>
//! - <https://github.com/cloudflare/workers-sdk/issues/15194>

use std::collections::BTreeMap;

use crate::core::config::limits::{CRONS, Excess};
use crate::core::config::wrangler::Environment;
use crate::core::model::account::Part;
use crate::core::model::account::Worker;
use crate::core::model::{Kind, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "crons/account-limit",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Crons]),
    catalogue: &["CR-01"],
    page: include_str!("account_limit.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut accounts: BTreeMap<&str, Sum<'_>> = BTreeMap::new();
    let workers = cx.workspace.services.iter().filter(|service| service.kind == Kind::Worker);
    for environment in workers.flat_map(Environment::all).filter(|one| cx.asks_for(one)) {
        let (Some(account), Some(worker)) = (cx.account(&environment), environment.worker()) else {
            continue;
        };
        let Some(known) = account.workers.known() else { continue };
        let live = known.get(&worker).and_then(|worker| worker.crons.known()).map_or(0, Vec::len);
        let sum = accounts.entry(&account.id).or_insert_with(|| Sum::of(known));
        let triggers = environment.get("triggers");
        let Some(list) = triggers.and_then(|triggers| triggers.value().get("crons")) else {
            continue;
        };
        let wanted = list.items().len();
        sum.crons = sum.crons + wanted - live.min(sum.crons);
        if wanted > live {
            sum.grows.get_or_insert((environment, list));
        }
    }
    for Sum { crons, grows } in accounts.into_values() {
        let (Some(excess), Some((environment, list))) = (CRONS.exceeded_by(crons), grows) else {
            continue;
        };
        let (limit, plan, severity) = match excess {
            Excess::Free => (CRONS.free, "Workers Free", Severity::Warning),
            Excess::Paid => (CRONS.paid, "Workers Paid", Severity::Error),
        };
        let _ = out
            .in_file(environment.service.config.file, list.span)
            .say(format!(
                "the account would have {crons} cron triggers, and on {plan} it may have {limit}"
            ))
            .path(environment.path("triggers.crons"))
            .why("Cloudflare refuses what is too much after the new code went live (code 10072)")
            .help("let one trigger do several jobs, or remove triggers of Workers that need none")
            .severity(severity)
            .of(environment.service)
            .on(&environment);
    }
}

/// The cron triggers of one account.
struct Sum<'a> {
    /// How many there would be.
    crons: usize,
    /// The first list that adds some.
    grows: Option<(Environment<'a>, &'a Value)>,
}

impl Sum<'_> {
    /// Those that are live.
    fn of(workers: &BTreeMap<String, Worker>) -> Self {
        let crons = workers.values().filter_map(|worker| worker.crons.known()).map(Vec::len);
        Self { crons: crons.sum(), grows: None }
    }
}
