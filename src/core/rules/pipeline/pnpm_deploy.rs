//! # pnpm deploy does not run the script deploy
//!
//! ## What it checks
//!
//! `pnpm deploy` without a folder, where `package.json` has a script `deploy`.
//!
//! ## Why it matters
//!
//! pnpm has a command of its own of this name, which copies a package of a workspace to a folder. The
//! script never runs: `ERR_PNPM_CANNOT_DEPLOY`, `ERR_PNPM_NOTHING_TO_DEPLOY` or
//! `ERR_PNPM_INVALID_DEPLOY_TARGET`, and exit code 1.
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
//! ```json package.json
//! { "scripts": { "deploy": "wrangler deploy" }, "devDependencies": { "wrangler": "4.164.0" } }
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
//!       - run: pnpm deploy
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
//! ```json package.json
//! { "scripts": { "deploy": "wrangler deploy" }, "devDependencies": { "wrangler": "4.164.0" } }
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
//!       - run: pnpm run deploy
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Write `pnpm run deploy`.
//!
//! ## References
//!
//! - <https://pnpm.io/cli/deploy>
//! - <https://github.com/cloudflare/templates/pull/541>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::System;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/pnpm-deploy",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("pnpm_deploy.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job) in cx.pipelines.jobs() {
        for deploy in job.pnpm_deploys.iter().filter(|_| pipeline.system != System::Scripts) {
            let _ = out
                .in_file(deploy.word.place.file, deploy.word.place.span)
                .say("pnpm deploy does not run the script deploy")
                .path(&*deploy.path)
                .label("a command of pnpm itself")
                .why("pnpm ends with an error, and nothing is deployed")
                .help("write pnpm run deploy")
                .see(deploy.script, "the script that was meant");
        }
    }
}
