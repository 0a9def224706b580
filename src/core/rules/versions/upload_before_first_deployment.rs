//! # A pipeline uploads a version of a Worker that does not exist
//!
//! ## What it checks
//!
//! Calls of `wrangler versions upload` in pipelines, for Workers that are not in the account. It is
//! a warning where the call may not run.
//!
//! ## Why it matters
//!
//! Wrangler stops: `You cannot upload a new version of a Worker that does not yet exist. Please run
//! the deploy command first.`
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
//! ```yaml .github/workflows/deploy.yml
//! on: push
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: npx wrangler versions upload
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
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": {} }
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
//! ```yaml .github/workflows/deploy.yml
//! on: push
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: npx wrangler versions upload
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
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": { "shop": {} } }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Deploy the Worker once with `wrangler deploy`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/>

use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/upload-before-first-deployment",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["VER-01"],
    page: include_str!("upload_before_first_deployment.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, job, call) in cx.pipelines.calls() {
        let uploads = call.is(&["versions", "upload"]) && !call.arguments.has("dry-run");
        let named = call.arguments.flag("name").is_some() || !call.arguments.complete;
        let Some(environment) = call.environment().filter(|_| uploads && !named) else { continue };
        let Some(worker) = cx.deployed(&environment).filter(|worker| worker.live.is_none()) else {
            continue;
        };
        let draft = out
            .at_call(call, call.place)
            .say(format!("there is no Worker {} to upload a version of", worker.name))
            .why("Wrangler stops before it uploads anything")
            .help(format!("deploy it once: wrangler deploy{}", env_flag(&environment)));
        let step = job.steps.get(call.step);
        if call.conditional
            || step.is_none_or(|step| step.condition.is_some())
            || job.condition.is_some()
        {
            let _ = draft.severity(Severity::Warning);
        }
    }
}
