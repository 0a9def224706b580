//! # The pipeline has no API token
//!
//! ## What it checks
//!
//! Calls of Wrangler in GitHub workflows that must talk to Cloudflare, and
//! `cloudflare/wrangler-action` without the input `apiToken`. Silent where something unseen may set
//! the variable: another action, a runner of your own, other CI systems.
//!
//! ## Why it matters
//!
//! `In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment
//! variable for wrangler to work`: exit code 1. The action sets the variable from its input, to
//! nothing where it has none, so a token in the environment of the job does not help it.
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
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
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
//! Add `apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}` to the action, or `CLOUDFLARE_API_TOKEN: ${{
//! secrets.CLOUDFLARE_API_TOKEN }}` to `env`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/ci-cd/external-cicd/github-actions/>

use crate::core::config::credentials;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Program, System, Variable};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/no-api-token",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-01"],
    page: include_str!("no_api_token.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job) in
        cx.pipelines.jobs().filter(|(pipeline, _)| pipeline.system == System::Github)
    {
        // Once in a job is enough to know it.
        let Some(call) = job.calls.iter().find(|call| is_missing(cx, call)) else { continue };
        let draft = out
            .in_file(pipeline.file, call.via.unwrap_or(call.place).span)
            .path(format!("{}.steps[{}]", job.path, call.step))
            .why("Wrangler ends where it would have to sign in");
        let _ = if call.program == Program::Action {
            draft
                .say("wrangler-action has no apiToken")
                .label("no apiToken")
                .help("add apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}")
        } else {
            draft
                .say("nothing gives Wrangler an API token")
                .label("no CLOUDFLARE_API_TOKEN")
                .help("add CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }} to env")
                .severity(Severity::Warning)
        };
    }
}

fn is_missing(cx: &Context<'_>, call: &Call<'_>) -> bool {
    let set = |wanted: credentials::Variable| {
        let here = |variable: &Variable| {
            wanted.is(&variable.name) && !(variable.literal && variable.value.is_empty())
        };
        let keys = cx.workspace.facts.dotenv.iter().flat_map(|file| &file.keys);
        call.variables.iter().any(here) || keys.into_iter().any(|key| wanted.is(&key.name))
    };
    call.sealed
        && call.needs_account()
        && call.arguments.flag("profile").is_none()
        && call.arguments.flag("temporary").is_none()
        && !set(credentials::TOKEN)
        && !set(credentials::KEY)
}
