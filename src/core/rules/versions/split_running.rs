//! # A deployment ends a rollout that is running
//!
//! ## What it checks
//!
//! Workers whose active deployment divides the requests between several versions. Not where every
//! deployment that the pipelines of the repository make of it is `wrangler versions deploy`, which
//! moves a rollout on.
//!
//! ## Why it matters
//!
//! `wrangler deploy` gives all requests to the version that it uploads. It warns, `Your last
//! deployment has multiple versions`, and in a pipeline goes on: the rollout that somebody is
//! watching is over, and what they wanted to see in a tenth of the requests first is in all or none
//! of them.
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
//!       "workers": {
//!         "shop": {
//!           "deployments": [
//!             {
//!               "id": "d2",
//!               "created_on": "2026-11-19T12:00:00Z",
//!               "versions": [
//!                 { "version_id": "v1", "percentage": 90.0 },
//!                 { "version_id": "v2", "percentage": 10.0 }
//!               ]
//!             }
//!           ]
//!         }
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
//!         "shop": {
//!           "deployments": [
//!             {
//!               "id": "d2",
//!               "created_on": "2026-11-19T12:00:00Z",
//!               "versions": [{ "version_id": "v2", "percentage": 100.0 }]
//!             }
//!           ]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Finish the rollout, or take it back, with `wrangler versions deploy`. Then deploy.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/>

use crate::core::model::account::{Deployment, Part, day};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/split-running",
    severity: Severity::Error,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Deployments]),
    catalogue: &["VER-02"],
    page: include_str!("split_running.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let Some(active) = worker.deployments().and_then(<[Deployment]>::first) else { continue };
        // A version without traffic is one that is looked at before it serves.
        let shares = active.versions.iter().filter(|one| one.percentage > 0.0);
        let shares: Vec<String> = shares.map(|one| format!("{} %", one.percentage)).collect();
        if shares.len() < 2 || only_moves_on(cx, &worker) {
            continue;
        }
        let since = active.created_on.map(|time| format!(" since {}", day(time)));
        let _ = out
            .at(cx.service.headline())
            .say(format!(
                "{} is divided between {} versions ({}){}, and a deployment ends that",
                worker.name,
                shares.len(),
                shares.join(", "),
                since.unwrap_or_default()
            ))
            .path("name")
            .why("`wrangler deploy` gives all requests to the new version, and in a pipeline does not ask")
            .help("finish the rollout or take it back first: wrangler versions deploy")
            .on(&worker.environment);
    }
}

/// Whether the pipelines deploy the Worker, and each time with `versions deploy`.
fn only_moves_on(cx: &ServiceContext<'_>, worker: &Deployed<'_>) -> bool {
    let calls = cx.run.pipelines.calls().map(|(_, _, call)| call);
    let mut own = calls.filter(|call| {
        let chosen = call.environment();
        call.deploys_worker() && chosen.is_some_and(|one| one.is(&worker.environment))
    });
    let first = own.next();
    first.is_some_and(|call| call.is(&["versions", "deploy"]))
        && own.all(|call| call.is(&["versions", "deploy"]))
}
