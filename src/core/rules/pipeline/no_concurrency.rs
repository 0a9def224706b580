//! # Two runs of the pipeline may deploy at the same time
//!
//! ## What it checks
//!
//! Jobs that deploy with nothing that makes their runs wait for each other: `concurrency` of the
//! workflow or the job on GitHub, `resource_group` of the job on GitLab, `serial-group` of the job on
//! CircleCI. Once in a file. Workflows that only people or other workflows start are left alone.
//!
//! ## Why it matters
//!
//! Two pushes in a row start two runs. The one that uploads last wins, which may be the older commit,
//! and both may run the same migrations. Cloudflare also refuses what comes too close: `Too many
//! requests are currently modifying the script` (HTTP 429).
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
//! GitHub: `concurrency: deploy-production` at the top of the workflow. GitLab: `resource_group:
//! production`. CircleCI: `serial-group: << pipeline.project.slug >>/production`.
//!
//! ## References
//!
//! - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency>
//! - <https://docs.gitlab.com/ci/resource_groups/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Job, System};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/no-concurrency",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["VER-13", "CI-05"],
    page: include_str!("no_concurrency.rs"),
    check: Check::Workspace(check),
};

/// Events that start a run without anybody waiting for the last one.
const UNATTENDED: [&str; 6] =
    ["push", "schedule", "workflow_run", "repository_dispatch", "merge_group", "release"];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in &cx.pipelines.list {
        let help = match pipeline.system {
            System::Github => "add concurrency: deploy to the workflow",
            System::Gitlab => "add resource_group: production to the job",
            System::CircleCi => "add serial-group to the job in its workflow",
            System::Scripts => continue,
        };
        let github = pipeline.system == System::Github;
        let unattended =
            pipeline.triggers.iter().any(|trigger| UNATTENDED.contains(&trigger.event));
        if pipeline.concurrency || github && !unattended {
            continue;
        }
        let deploys = |job: &&Job<'_>| !job.concurrency && job.calls.iter().any(Call::deploys);
        let Some(job) = pipeline.jobs.iter().find(deploys) else { continue };
        let _ = out
            .in_file(pipeline.file, job.span)
            .say(format!("two runs of the job {} may deploy at the same time", job.name))
            .path(&*job.path)
            .why("the run that ends last wins, and that may be the one of the older commit")
            .help(help);
    }
}
