//! # Nothing tells the pipeline which account to deploy to
//!
//! ## What it checks
//!
//! Calls of Wrangler in GitHub workflows without `account_id` in the configuration, without
//! `CLOUDFLARE_ACCOUNT_ID` in the environment, and without the input `accountId` of
//! `cloudflare/wrangler-action`. The action sets the variable to nothing where it has no such input,
//! so that the environment of the job does not help it. Silent where something unseen may set the
//! variable: another action, a runner of your own, other CI systems.
//!
//! ## Why it matters
//!
//! Wrangler then asks which accounts the token can see. Most API tokens may not ask that: `A request
//! to the Cloudflare API (/memberships) failed. Unable to authenticate request [code: 10001]`. A
//! token that sees several accounts ends with `More than one account available but unable to select
//! one in non-interactive mode`.
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
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           wranglerVersion: "4.164.0"
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
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//! ```
//!
//! ## How to fix
//!
//! Set `accountId` of the action, `CLOUDFLARE_ACCOUNT_ID` of the job, or `account_id` in the
//! configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/ci-cd/external-cicd/github-actions/>
//! - <https://github.com/cloudflare/workers-sdk/issues/8277>
//! - <https://github.com/cloudflare/workers-sdk/issues/10466>

use crate::core::config::credentials;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, System, Variable};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/no-account-id",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-06", "AUTH-07", "CI-07"],
    page: include_str!("no_account_id.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job) in
        cx.pipelines.jobs().filter(|(pipeline, _)| pipeline.system == System::Github)
    {
        // Once in a job is enough to know it.
        let Some(call) = job.calls.iter().find(|call| is_missing(cx, call)) else { continue };
        let action = call.is_emptied(credentials::ACCOUNT.name);
        let elsewhere = pipeline.file;
        let draft = out
            .in_file(elsewhere, call.via.unwrap_or(call.place).span)
            .path(format!("{}.steps[{}]", job.path, call.step))
            .why("the token may not be allowed to ask for its accounts, or see several of them");
        let _ = if action {
            draft
                .say("wrangler-action is not told which account to use")
                .label("no accountId")
                .help("add accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}")
        } else {
            draft
                .say("nothing tells Wrangler which account to use")
                .label("no CLOUDFLARE_ACCOUNT_ID")
                .help("add CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }} to env")
        };
    }
}

fn is_missing(cx: &Context<'_>, call: &Call<'_>) -> bool {
    let Some(environment) = call.environment().filter(|_| call.needs_account()) else {
        return false;
    };
    let set =
        |variable: &Variable| credentials::ACCOUNT.is(&variable.name) && !is_nothing(variable);
    let dotenv = cx.workspace.facts.dotenv.iter().flat_map(|file| &file.keys);
    (call.sealed || call.is_emptied(credentials::ACCOUNT.name))
        && call.arguments.flag("profile").is_none()
        && environment.get("account_id").is_none()
        && !call.variables.iter().any(set)
        && !dotenv.into_iter().any(|key| credentials::ACCOUNT.is(&key.name))
}

fn is_nothing(variable: &Variable) -> bool {
    variable.literal && variable.value.is_empty()
}
