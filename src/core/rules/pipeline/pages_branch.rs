//! # The Pages deployment may belong to no branch
//!
//! ## What it checks
//!
//! `wrangler pages deploy` without `--branch` where git has no branch checked out: on GitLab, and on
//! GitHub for pull requests, releases, tags, and checkouts of a commit.
//!
//! ## Why it matters
//!
//! Without the flag Wrangler asks git, and a detached checkout answers `HEAD`. Pages then makes a
//! preview of a branch called HEAD: production stays as it was, and the job succeeds.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! pages_build_output_dir = "public"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { release: { types: [published] } }
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
//!           command: pages deploy
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! pages_build_output_dir = "public"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { release: { types: [published] } }
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
//!           command: pages deploy --branch main
//! ```
//!
//! ## How to fix
//!
//! Name the branch: `--branch main` for production; `--branch "${{ github.head_ref || github.ref_name
//! }}"` on GitHub, `--branch "$CI_COMMIT_REF_NAME"` on GitLab.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/how-to/use-direct-upload-with-continuous-integration/>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::pipeline::{Call, Job, Pipeline, System};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/pages-branch",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-05"],
    page: include_str!("pages_branch.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job, call) in cx.pipelines.calls() {
        let silent = call.arguments.flag("branch").is_none() && call.arguments.complete;
        if !silent || !call.deploys() || !call.is(&["pages"]) {
            continue;
        }
        let Some(why) = detached(pipeline, job, call) else { continue };
        let _ = out
            .at_call(call, call.place)
            .say("this deployment belongs to no branch, so production does not change")
            .label("no --branch")
            .why(why)
            .help(match pipeline.system {
                System::Gitlab => "add --branch \"$CI_COMMIT_REF_NAME\"",
                _ => "add --branch \"${{ github.head_ref || github.ref_name }}\"",
            });
    }
}

/// Why git knows no branch, if it does not.
fn detached(pipeline: &Pipeline<'_>, job: &Job<'_>, call: &Call<'_>) -> Option<&'static str> {
    if pipeline.system == System::Gitlab {
        return Some(
            "GitLab checks out a commit, not a branch, and Wrangler takes HEAD for the name",
        );
    }
    // Conditions may leave only pushes to a branch.
    let step = job.steps.get(call.step);
    let free =
        !job.needs && job.condition.is_none() && step.is_some_and(|step| step.condition.is_none());
    if pipeline.system != System::Github || !free || call.conditional {
        return None;
    }
    let commit = job.steps.iter().any(|step| {
        let input = step.input("ref").and_then(Value::as_str).unwrap_or_default();
        step.action("actions/checkout").is_some() && input.contains("sha")
    });
    if commit {
        return Some(
            "the step checks out a commit, not a branch, and Wrangler takes HEAD for the name",
        );
    }
    let detached = pipeline.triggers.iter().any(|trigger| match trigger.event {
        "pull_request" | "release" => true,
        "push" => trigger.has("tags"),
        _ => false,
    });
    detached.then_some("for pull requests, releases and tags git has no branch, and Wrangler takes HEAD for the name")
}
