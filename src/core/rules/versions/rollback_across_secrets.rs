//! # A rollback would go back behind a change of secrets
//!
//! ## What it checks
//!
//! Calls of `wrangler rollback` without a version in pipelines, where the active deployment of the
//! Worker was made by a change of secrets. Not where the same job deploys before: then it goes back
//! to what is live now.
//!
//! ## Why it matters
//!
//! A rollback goes to the version before, which has the secrets of that time. Cloudflare asks (code
//! 10220), and in a pipeline Wrangler answers with yes and forces it. What comes back is not what
//! ran before: only the change of the secret is undone, and the code stays.
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
//! ```yaml .github/workflows/rollback.yml
//! on: workflow_dispatch
//! jobs:
//!   rollback:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: npx wrangler rollback --message "back"
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
//!             {
//!               "id": "d3",
//!               "triggered_by": "secret",
//!               "versions": [{ "version_id": "v3", "percentage": 100.0 }]
//!             },
//!             {
//!               "id": "d2",
//!               "triggered_by": "deployment",
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
//! ```yaml .github/workflows/rollback.yml
//! on: workflow_dispatch
//! jobs:
//!   rollback:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: npx wrangler rollback --message "back"
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
//!             {
//!               "id": "d3",
//!               "triggered_by": "deployment",
//!               "versions": [{ "version_id": "v3", "percentage": 100.0 }]
//!             },
//!             {
//!               "id": "d2",
//!               "triggered_by": "deployment",
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
//! Name the version to go back to: `wrangler rollback VERSION`. Note it before each deployment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/rollbacks/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::Call;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/rollback-across-secrets",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Deployments]),
    catalogue: &["VER-06"],
    page: include_str!("rollback_across_secrets.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, job, call) in cx.pipelines.calls() {
        // After a deployment it goes back to what is live now.
        let after = job.calls.iter().take_while(|one| !std::ptr::eq(*one, call)).any(Call::deploys);
        let target = call.arguments.after(&["rollback"]).filter(|words| words.is_empty() && !after);
        let Some(environment) = call.environment().filter(|_| target.is_some()) else { continue };
        let worker = cx.deployed(&environment);
        let active = worker.as_ref().and_then(|worker| worker.deployments()?.first());
        let by_secret = active.is_some_and(|one| one.triggered_by.as_deref() == Some("secret"));
        let Some(worker) = worker.filter(|_| by_secret) else { continue };
        let _ = out
            .at_call(call, call.place)
            .say(format!(
                "the last change of {} was one of its secrets: this would undo that",
                worker.name
            ))
            .why("the version before it has the same code and the old secrets")
            .help("name the version to go back to: wrangler rollback VERSION");
    }
}
