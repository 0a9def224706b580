//! # The action is no longer maintained
//!
//! ## What it checks
//!
//! `cloudflare/wrangler-action` before v3, and `cloudflare/pages-action`.
//!
//! ## Why it matters
//!
//! `pages-action` was archived in October 2024. `wrangler-action` v1 and v2 install a Wrangler that
//! is as old as they are, cannot read newer configurations, and are refused by commands that Wrangler
//! has renamed since.
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
//!       - uses: cloudflare/pages-action@v1
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           projectName: shop
//!           directory: public
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
//! Use `cloudflare/wrangler-action@v4` with `wranglerVersion`. In place of `pages-action` write
//! `command: pages deploy DIRECTORY --project-name NAME`.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/pages-action>
//! - <https://github.com/cloudflare/wrangler-action>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::WRANGLER_ACTION;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/old-action",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-01"],
    page: include_str!("old_action.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job) in cx.pipelines.jobs() {
        for step in &job.steps {
            let Some(uses) = step.uses else { continue };
            let message = if step.action("cloudflare/pages-action").is_some() {
                "cloudflare/pages-action was archived in 2024"
            } else if step.action(WRANGLER_ACTION).and_then(major).is_some_and(|major| major < 3) {
                "this version of wrangler-action is from before Wrangler 3"
            } else {
                continue;
            };
            let _ = out
                .in_file(pipeline.file, uses.span)
                .say(message)
                .path(format!("{}.uses", step.path))
                .help("use cloudflare/wrangler-action@v4");
        }
    }
}

/// The first number of a version: 2 of `v2` and `2.0.0`; nothing of a commit.
fn major(version: &str) -> Option<u64> {
    let number = version.trim_start_matches('v');
    let major = number.split('.').next().filter(|major| major.len() < 4)?;
    major.parse().ok()
}
