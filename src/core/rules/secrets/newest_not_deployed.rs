//! # A pipeline edits secrets of a Worker whose newest version is not deployed
//!
//! ## What it checks
//!
//! Calls of `wrangler secret put`, `secret bulk` and `secret delete` in pipelines, for Workers whose
//! newest version gets no requests. Not behind a step of the same job that deploys the Worker.
//!
//! ## Why it matters
//!
//! To edit a secret, Cloudflare makes the newest version once more and deploys it. So that this
//! brings nothing live that nobody wanted live, it refuses where that version is not deployed (code
//! 10215). A pipeline that uploads a version for every pull request comes to that all the time.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```yaml .github/workflows/rotate.yml
//! on: workflow_dispatch
//! jobs:
//!   rotate:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: echo "$PAYMENTS_KEY" | npx wrangler secret put PAYMENTS_KEY
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: 0123456789abcdef0123456789abcdef
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
//!             { "id": "d1", "versions": [{ "version_id": "v1", "percentage": 100.0 }] }
//!           ],
//!           "versions": ["v2", "v1"]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```yaml .github/workflows/rotate.yml
//! on: workflow_dispatch
//! jobs:
//!   rotate:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: echo "$PAYMENTS_KEY" | npx wrangler secret put PAYMENTS_KEY
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: 0123456789abcdef0123456789abcdef
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
//!             { "id": "d2", "versions": [{ "version_id": "v2", "percentage": 100.0 }] }
//!           ],
//!           "versions": ["v2", "v1"]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Use `wrangler versions secret put`, which makes a version and deploys nothing, or deploy the newest
//! version first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>
//! - <https://developers.cloudflare.com/workers/wrangler/commands/#versions-secret-put>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Job};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/newest-not-deployed",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Deployments, Part::Versions]),
    catalogue: &["SEC-11"],
    page: include_str!("newest_not_deployed.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, job, call) in cx.pipelines.calls() {
        let Some(environment) = call.environment().filter(|_| call.edits_secrets()) else {
            continue;
        };
        // `--name` and its like choose another Worker.
        let own = call.arguments.flag("name").is_none() && !is_deployed_before(job, call);
        let Some(worker) = cx.deployed(&environment).filter(|_| own) else { continue };
        let Some(newest) = worker.live.and_then(|live| live.versions.known()?.first()) else {
            continue;
        };
        let Some(active) = worker.deployments().and_then(|all| all.first()) else { continue };
        if active.versions.iter().any(|share| share.version_id == *newest) {
            continue;
        }
        let _ = out
            .at_call(call, call.place)
            .say(format!("the newest version of {} is not deployed: its secrets cannot be edited", worker.name))
            .why("Cloudflare refuses (code 10215), so that no version goes live by an edit of a secret")
            .help("use `wrangler versions secret`, or deploy the newest version first");
    }
}

/// Whether the job deploys the same Worker before it comes to this call. Of `versions deploy` nobody
/// can tell which version it will choose: mostly the newest.
fn is_deployed_before(job: &Job<'_>, call: &Call<'_>) -> bool {
    let before = job.calls.iter().take_while(|other| !std::ptr::eq(*other, call));
    let same = |other: &&Call<'_>| {
        let chosen = other.environment().zip(call.environment());
        chosen.is_some_and(|(one, other)| one.is(&other))
    };
    before.filter(same).any(Call::deploys_worker)
}
