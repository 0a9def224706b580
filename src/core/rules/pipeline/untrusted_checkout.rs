//! # Code of a stranger runs with the secrets of the repository
//!
//! ## What it checks
//!
//! Workflows on `pull_request_target` with a job that checks out the head of the pull request and
//! calls Wrangler, without a condition on who opened it and without a deployment environment.
//!
//! ## Why it matters
//!
//! `pull_request_target` runs with the secrets of the repository for pull requests of forks too.
//! Whatever the pull request changes (`package.json` scripts, the build, the configuration of
//! Wrangler) runs with the API token in reach, and may send it away or deploy anything.
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
//! on: pull_request_target
//! concurrency: preview
//! jobs:
//!   preview:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!         with: { ref: "${{ github.event.pull_request.head.sha }}" }
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
//! Use `pull_request`, which has no secrets for forks. Where previews of forks are wanted, build
//! without secrets, and deploy the result in a second workflow, or behind a deployment environment
//! with required reviewers.
//!
//! ## References
//!
//! - <https://docs.github.com/en/actions/reference/security/secure-use>

use crate::core::config::credentials;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::pipeline::{Call, Step};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/untrusted-checkout",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-06"],
    page: include_str!("untrusted_checkout.rs"),
    check: Check::Workspace(check),
};

/// Words of conditions that look at who opened the pull request, or who lets it in.
const GUARDS: [&str; 8] = [
    "actor",
    "approved",
    "author_association",
    "environment",
    "fork",
    "head.repo",
    "label",
    "user.login",
];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in &cx.pipelines.list {
        let mut triggers = pipeline.triggers.iter();
        let Some(trigger) = triggers.find(|trigger| trigger.event == "pull_request_target") else {
            continue;
        };
        for job in &pipeline.jobs {
            let guarded = job.environment.is_some() || is_guard(job.condition);
            let Some(step) = job.steps.iter().find(|step| takes_head(step)) else { continue };
            if guarded || is_guard(step.condition) || !job.calls.iter().any(|call| signs_in(call)) {
                continue;
            }
            let _ = out
                .in_file(pipeline.file, step.span)
                .say(format!(
                    "the job {} runs the code of any pull request with the API token",
                    job.name
                ))
                .path(&*step.path)
                .label("checks out what a stranger wrote")
                .why("what the pull request changes in scripts or in the build can read the token")
                .help("use on: pull_request, or a deployment environment with required reviewers")
                .see(
                    Place { file: pipeline.file, span: trigger.span },
                    "has the secrets for forks too",
                );
        }
    }
}

fn is_guard(condition: Option<&Value>) -> bool {
    let text = condition.and_then(Value::as_str).unwrap_or_default();
    GUARDS.iter().any(|guard| text.contains(guard))
}

/// Whether a step checks out the head of the pull request.
fn takes_head(step: &Step<'_>) -> bool {
    let text = |input| step.input(input).and_then(Value::as_str).unwrap_or_default();
    let (reference, repository) = (text("ref"), text("repository"));
    step.action("actions/checkout").is_some()
        && (["pull_request.head", "head_ref", "refs/pull"]
            .iter()
            .any(|head| reference.contains(head))
            || repository.contains("head.repo"))
}

fn signs_in(call: &Call<'_>) -> bool {
    call.variables.iter().any(|variable| {
        (credentials::TOKEN.is(&variable.name) || credentials::KEY.is(&variable.name))
            && !variable.value.is_empty()
    })
}
