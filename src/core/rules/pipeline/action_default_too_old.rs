//! # The action installs a Wrangler that cannot read the configuration
//!
//! ## What it checks
//!
//! `cloudflare/wrangler-action` v3.0 to v3.14 without `wranglerVersion`, where no `package.json` asks
//! for Wrangler, for a service with a `wrangler.json` or `wrangler.jsonc`.
//!
//! ## Why it matters
//!
//! Those versions of the action install Wrangler 3.90.0 or an older one where the project has none.
//! `wrangler.json` and `wrangler.jsonc` are read since Wrangler 3.91.0; before, it ends with `You
//! need to provide a name when publishing a worker` or `Missing entry-point`.
//!
//! ## Bad
//!
//! ```jsonc wrangler.jsonc
//! {
//!   "name": "shop",
//!   "main": "src/index.ts",
//!   "compatibility_date": "2026-01-31",
//!   "workers_dev": false,
//!   "preview_urls": false
//! }
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
//!       - uses: cloudflare/wrangler-action@v3.14.1
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## Good
//!
//! ```jsonc wrangler.jsonc
//! {
//!   "name": "shop",
//!   "main": "src/index.ts",
//!   "compatibility_date": "2026-01-31",
//!   "workers_dev": false,
//!   "preview_urls": false
//! }
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
//!       - uses: cloudflare/wrangler-action@v3.14.1
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//! ```
//!
//! ## How to fix
//!
//! Set `wranglerVersion`, or use v4 of the action.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/wrangler-action/issues/352>
//! - <https://github.com/cloudflare/wrangler-action/issues/357>

use crate::core::model::{Format, Severity, WranglerSays};
use crate::core::pipeline::{Program, WRANGLER_ACTION};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/action-default-too-old",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-01"],
    page: include_str!("action_default_too_old.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, job, call) in
        cx.pipelines.calls().filter(|(_, _, call)| call.program == Program::Action)
    {
        let step = job.steps.get(call.step);
        let old = step.and_then(|step| step.action(WRANGLER_ACTION)).is_some_and(installs_3_90);
        let Some(service) = call.service.filter(|_| old && call.version.is_none()) else {
            continue;
        };
        let json = service.config.format == Format::Json;
        let mut above = cx.pipelines.packages.above(&service.folder);
        let asked = above.any(|package| package.dependency("wrangler").is_some());
        if !json || asked || service.wrangler.is_some() || !job.installs.is_empty() {
            continue;
        }
        let path = &cx.workspace.file(service.config.file).path;
        let _ = out
            .at_call(call, call.place)
            .say(format!(
                "this version of the action installs a Wrangler that does not read {path}"
            ))
            .label("installs 3.90.0 or older")
            .help("set wranglerVersion, or use cloudflare/wrangler-action@v4");
    }
}

/// Whether a version of the action installs 3.90.0 or an older Wrangler by itself.
fn installs_3_90(version: &str) -> bool {
    let mut numbers =
        version.trim_start_matches('v').split('.').map(|number| number.parse::<u64>().ok());
    let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
    // v3.15 has a Wrangler 4, and v3 moves with the latest.
    major == Some(3) && minor.is_some_and(|minor| minor < 15)
}
