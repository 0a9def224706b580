//! # A pipeline sets a secret on a Worker that does not exist
//!
//! ## What it checks
//!
//! Calls of `wrangler secret put` and `wrangler secret bulk` in pipelines, for Workers that are not
//! in the account.
//!
//! ## Why it matters
//!
//! In a pipeline Wrangler answers its own question, `Do you want to create a new Worker with that
//! name and add secrets to it?`, with yes: a Worker appears that answers every request with an
//! error. Where the name is a mistake, most often a forgotten `--env`, the real Worker never gets
//! the secret.
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
//!       "workers": { "shop": { "settings": { "bindings": [] } } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Check the name and `--env`. For the first deployment of a Worker use `wrangler deploy
//! --secrets-file`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/creates-draft",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["SEC-10"],
    page: include_str!("creates_draft.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let sets = [&["secret", "put"][..], &["secret", "bulk"]].iter().any(|one| call.is(one));
        let Some(environment) = call.environment().filter(|_| sets) else { continue };
        // `--name` and its like choose another Worker.
        let Some(worker) =
            cx.deployed(&environment).filter(|_| call.arguments.flag("name").is_none())
        else {
            continue;
        };
        if worker.live.is_some() {
            continue;
        }
        let _ = out
            .at_call(call, call.place)
            .say(format!(
                "there is no Worker {}: Wrangler creates an empty one for the secret",
                worker.name
            ))
            .why("it answers every request with an error, until something is deployed to it")
            .help("check the name and --env, or make the first deployment with --secrets-file");
    }
}
