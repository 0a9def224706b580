//! # The Worker has no compatibility date
//!
//! ## What it checks
//!
//! Workers with something to deploy (`main`, `assets` or `site`) whose environment neither has a
//! `compatibility_date` nor inherits one. Nothing is said where a script or a pipeline of the
//! repository mentions `--compatibility-date` or `--latest`, or where the Vite plugin writes the
//! configuration that is deployed.
//!
//! ## Why it matters
//!
//! `wrangler deploy` stops: "A compatibility_date is required when uploading a Worker." `wrangler
//! dev` takes the newest date instead, so nobody notices before the pipeline does.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
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
//! Add the date of the day on which the Worker was last tested.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-dates/>

use crate::core::config::wrangler::{Environment, command_line};
use crate::core::model::{Edit, Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/no-compatibility-date",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-11"],
    page: include_str!("no_compatibility_date.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let has = |environment: &Environment<'_>, key| environment.get(key).is_some();
    let dated = |environment: &Environment<'_>| has(environment, "compatibility_date");
    let deployable = |environment: &Environment<'_>| {
        ["main", "assets", "site"].into_iter().any(|key| has(environment, key))
    };
    let undated =
        cx.environments().filter(|environment| !dated(environment) && deployable(environment));
    let undated: Vec<_> = undated.filter(|_| cx.service.kind == Kind::Worker).collect();
    let given = ["--compatibility-date", "--latest", command_line::VITE_PLUGIN];
    if undated.is_empty() || command_line::is_mentioned(cx.run.workspace, cx.service, &given) {
        return;
    }
    for environment in undated {
        let today = cx.run.today.to_string();
        let draft = out
            .at(cx.service.headline())
            .say(format!("{} has no compatibility_date", cx.service.name))
            .path("compatibility_date")
            .why(
                "`wrangler deploy` stops: a compatibility_date is required when uploading a Worker",
            )
            .help(format!("add compatibility_date = \"{today}\""))
            .fix(Edit::Set { path: "compatibility_date".into(), value: today.into() })
            .on(&environment);
        // Where only the environments have one, nobody may ever deploy the top level.
        if environment.is_top() && cx.environments().any(|environment| dated(&environment)) {
            let _ = draft.severity(Severity::Warning);
        }
    }
}
