//! # The account has no room for another Worker
//!
//! ## What it checks
//!
//! The Workers of the account, with those of the repository that do not exist yet, against the
//! limits: 100 on Workers Free, 500 on Workers Paid.
//!
//! ## Why it matters
//!
//! Cloudflare refuses to create a Worker beyond the limit. Existing ones can still be deployed.
//! Which plan an account has cannot be read, so the hundred-and-first Worker is a warning; an
//! account that has more already is on a paid plan.
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
//!         "w0": {},
//!         "w1": {},
//!         "w2": {},
//!         "w3": {},
//!         "w4": {},
//!         "w5": {},
//!         "w6": {},
//!         "w7": {},
//!         "w8": {},
//!         "w9": {},
//!         "w10": {},
//!         "w11": {},
//!         "w12": {},
//!         "w13": {},
//!         "w14": {},
//!         "w15": {},
//!         "w16": {},
//!         "w17": {},
//!         "w18": {},
//!         "w19": {},
//!         "w20": {},
//!         "w21": {},
//!         "w22": {},
//!         "w23": {},
//!         "w24": {},
//!         "w25": {},
//!         "w26": {},
//!         "w27": {},
//!         "w28": {},
//!         "w29": {},
//!         "w30": {},
//!         "w31": {},
//!         "w32": {},
//!         "w33": {},
//!         "w34": {},
//!         "w35": {},
//!         "w36": {},
//!         "w37": {},
//!         "w38": {},
//!         "w39": {},
//!         "w40": {},
//!         "w41": {},
//!         "w42": {},
//!         "w43": {},
//!         "w44": {},
//!         "w45": {},
//!         "w46": {},
//!         "w47": {},
//!         "w48": {},
//!         "w49": {},
//!         "w50": {},
//!         "w51": {},
//!         "w52": {},
//!         "w53": {},
//!         "w54": {},
//!         "w55": {},
//!         "w56": {},
//!         "w57": {},
//!         "w58": {},
//!         "w59": {},
//!         "w60": {},
//!         "w61": {},
//!         "w62": {},
//!         "w63": {},
//!         "w64": {},
//!         "w65": {},
//!         "w66": {},
//!         "w67": {},
//!         "w68": {},
//!         "w69": {},
//!         "w70": {},
//!         "w71": {},
//!         "w72": {},
//!         "w73": {},
//!         "w74": {},
//!         "w75": {},
//!         "w76": {},
//!         "w77": {},
//!         "w78": {},
//!         "w79": {},
//!         "w80": {},
//!         "w81": {},
//!         "w82": {},
//!         "w83": {},
//!         "w84": {},
//!         "w85": {},
//!         "w86": {},
//!         "w87": {},
//!         "w88": {},
//!         "w89": {},
//!         "w90": {},
//!         "w91": {},
//!         "w92": {},
//!         "w93": {},
//!         "w94": {},
//!         "w95": {},
//!         "w96": {},
//!         "w97": {},
//!         "w98": {},
//!         "w99": {}
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
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": { "shop": {} } }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Delete Workers that nobody uses: previews of branches that are long merged, most often. Or take
//! another plan.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/#number-of-workers>

use crate::core::config::limits::{Excess, WORKERS_OF_ACCOUNT};
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Deployed, Findings, Needs, Rule};
use std::collections::BTreeSet;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/too-many-workers",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["VER-12"],
    page: include_str!("too_many_workers.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for account in cx.accounts() {
        let Some(workers) = account.workers.known() else { continue };
        let environments = cx.workspace.services.iter().flat_map(Environment::all);
        let deployed = environments.filter_map(|environment| cx.deployed(&environment));
        let new: Vec<Deployed<'_>> = deployed
            .filter(|worker| worker.live.is_none() && std::ptr::eq(worker.account, account))
            .filter(|worker| !may_be_local(&worker.environment))
            .collect();
        let names: BTreeSet<&str> = new.iter().map(|worker| worker.name.as_str()).collect();
        let count = workers.len() + names.len();
        let (Some(excess), Some(first)) = (WORKERS_OF_ACCOUNT.exceeded_by(count), new.first())
        else {
            continue;
        };
        // With more Workers than the free plan allows, it is not the free plan.
        let is_paid = WORKERS_OF_ACCOUNT.exceeded_by(workers.len()).is_some();
        if excess == Excess::Free && is_paid {
            continue;
        }
        let (severity, limit, plan) = match excess {
            Excess::Paid => (Severity::Error, WORKERS_OF_ACCOUNT.paid, "any plan"),
            Excess::Free => (Severity::Warning, WORKERS_OF_ACCOUNT.free, "Workers Free"),
        };
        let service = first.environment.service;
        let _ = out
            .in_file(service.config.file, service.headline())
            .say(format!(
                "the account has {} Workers, {} would be new, and {plan} allows {limit}",
                workers.len(),
                names.len()
            ))
            .path("name")
            .why("Cloudflare refuses to create a Worker beyond the limit")
            .help("delete Workers that nobody uses, or take another plan")
            .severity(severity)
            .of(service)
            .on(&first.environment);
    }
}
