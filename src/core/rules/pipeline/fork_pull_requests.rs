//! # Pull requests of forks fail for want of a token
//!
//! ## What it checks
//!
//! Jobs of workflows on `pull_request` that call Wrangler with a token from `secrets`, without any
//! condition on the job or the step.
//!
//! ## Why it matters
//!
//! For a pull request of a fork, and for one of Dependabot, GitHub gives a workflow no secrets. The
//! token is empty, Wrangler ends with exit code 1, and the contributor sees a failed check that has
//! nothing to do with the change.
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
//! on: pull_request
//! concurrency: preview
//! jobs:
//!   preview:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//!           command: versions upload
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
//! on: pull_request
//! concurrency: preview
//! jobs:
//!   preview:
//!     if: github.event.pull_request.head.repo.full_name == github.repository
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//!           command: versions upload
//! ```
//!
//! ## How to fix
//!
//! Skip the job for forks: `if: github.event.pull_request.head.repo.full_name == github.repository`.
//!
//! ## References
//!
//! - <https://docs.github.com/en/actions/reference/security/secure-use>

use crate::core::config::credentials;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::pipeline::Call;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/fork-pull-requests",
    severity: Severity::Note,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-06"],
    page: include_str!("fork_pull_requests.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in &cx.pipelines.list {
        let mut triggers = pipeline.triggers.iter();
        let Some(trigger) = triggers.find(|trigger| trigger.event == "pull_request") else {
            continue;
        };
        for job in pipeline.jobs.iter().filter(|job| job.condition.is_none() && !job.needs) {
            let unguarded = |call: &&Call<'_>| {
                let step = job.steps.get(call.step);
                step.is_some_and(|step| step.condition.is_none())
                    && !call.conditional
                    && takes_secret(call)
            };
            let Some(call) = job.calls.iter().find(unguarded) else { continue };
            let _ = out
                .in_file(pipeline.file, call.via.unwrap_or(call.place).span)
                .say(format!("the job {} fails for pull requests of forks, which get no secrets", job.name))
                .path(format!("{}.steps[{}]", job.path, call.step))
                .help("add if: github.event.pull_request.head.repo.full_name == github.repository to the job")
                .see(Place { file: pipeline.file, span: trigger.span }, "also for forks");
        }
    }
}

fn takes_secret(call: &Call<'_>) -> bool {
    let token = call.variables.iter().find(|variable| credentials::TOKEN.is(&variable.name));
    call.needs_account() && token.is_some_and(|token| token.value.contains("secrets."))
}
