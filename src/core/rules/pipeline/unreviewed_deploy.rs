//! # Code that nobody has reviewed is deployed
//!
//! ## What it checks
//!
//! Jobs that deploy a Worker's top level, or an environment named like production, for every pull
//! request or for a push to any branch: without a filter of branches, a condition, a deployment
//! environment, or a job that must come first.
//!
//! ## Why it matters
//!
//! What anybody pushes is live the moment the run ends, before somebody has looked at it, and the
//! next branch overwrites it.
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
//! Deploy from one branch: `on: { push: { branches: [main] } }`. For pull requests use `wrangler
//! versions upload`, which changes nothing for visitors.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/previews/>

use crate::core::config::wrangler::stages;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::pipeline::{Call, Pipeline, System};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/unreviewed-deploy",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-06"],
    page: include_str!("unreviewed_deploy.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job) in cx.pipelines.jobs() {
        if job.condition.is_some() || job.environment.is_some() || job.needs {
            continue;
        }
        let Some((words, place)) = anyone(pipeline) else { continue };
        let free = |call: &&Call<'_>| {
            let step = job.steps.get(call.step);
            step.is_some_and(|step| step.condition.is_none())
                && !call.conditional
                && is_production(call)
        };
        let Some(call) = job.calls.iter().find(free) else { continue };
        let draft = out
            .in_file(pipeline.file, call.via.unwrap_or(call.place).span)
            .say(format!("the job {} deploys {words}", job.name))
            .path(
                job.steps.get(call.step).map_or_else(|| job.path.clone(), |step| step.path.clone()),
            )
            .why("it is live before anybody has looked at it")
            .help("deploy from one branch, and use wrangler versions upload for previews");
        if let Some(place) = place {
            let _ = draft.see(place, "without a filter");
        }
    }
}

/// For what a pipeline runs, where that is anything.
fn anyone(pipeline: &Pipeline<'_>) -> Option<(&'static str, Option<Place>)> {
    match pipeline.system {
        System::Scripts | System::CircleCi => None,
        // Without rules a job of GitLab runs for every branch.
        System::Gitlab => (!pipeline.filtered).then_some(("every branch", None)),
        System::Github => pipeline.triggers.iter().find_map(|trigger| {
            let words = match trigger.event {
                "pull_request" => "every pull request",
                "push"
                    if !["branches", "branches-ignore", "tags"].iter().any(|f| trigger.has(f)) =>
                {
                    "every branch"
                }
                _ => return None,
            };
            Some((words, Some(Place { file: pipeline.file, span: trigger.span })))
        }),
    }
}

/// Whether a call deploys what visitors see.
fn is_production(call: &Call<'_>) -> bool {
    call.deploys_worker()
        && call.is(&["deploy"])
        && call.arguments.flag("name").is_none()
        && call.environment().is_some_and(|environment| stages::is_production(&environment))
}
