//! # The database is migrated after the code that needs it is live
//!
//! ## What it checks
//!
//! Jobs, and scripts of `package.json`, that deploy a Worker and then run `wrangler d1 migrations
//! apply --remote` for the same service.
//!
//! ## Why it matters
//!
//! From the deployment to the end of the migrations the new code runs on the old schema: requests
//! fail with `no such table` or `no such column`. Where a migration fails, that state stays.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "3a0fa2c3-6c7e-4d0c-9b0e-5a1d2f7e8c41"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     env:
//!       CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!       CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 deploy
//!       - run: npx wrangler@4.164.0 d1 migrations apply shop --remote
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
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "3a0fa2c3-6c7e-4d0c-9b0e-5a1d2f7e8c41"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     env:
//!       CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!       CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 d1 migrations apply shop --remote
//!       - run: npx wrangler@4.164.0 deploy
//! ```
//!
//! ## How to fix
//!
//! Apply migrations first, and write them so that the old code can live with them. A migration that
//! removes something belongs into the next deployment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Job};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/migrations-after-deploy",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-04"],
    page: include_str!("migrations_after_deploy.rs"),
    check: Check::Workspace(check),
};

const APPLY: [&str; 3] = ["d1", "migrations", "apply"];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, job) in cx.pipelines.jobs() {
        for (index, call) in job.calls.iter().enumerate() {
            let applies =
                call.is(&APPLY) && call.arguments.has("remote") && !is_optional(job, call);
            let before = &job.calls[..index];
            // Where migrations ran before as well, these are the ones to follow.
            if !applies || before.iter().any(|before| before.is(&APPLY) && is_same(before, call)) {
                continue;
            }
            let deploys = |before: &&Call<'_>| {
                before.deploys_worker() && is_same(before, call) && !is_optional(job, before)
            };
            let Some(deploy) = before.iter().find(deploys) else { continue };
            let _ = out
                .at_call(call, call.place)
                .say("the migrations are applied after the deployment that needs them")
                .why("until they are, the new code runs on the old schema")
                .help("apply the migrations before the deployment")
                .see(deploy.place, "deployed here");
        }
    }
}

/// Whether both are about one environment of one service.
fn is_same(one: &Call<'_>, other: &Call<'_>) -> bool {
    match (one.environment(), other.environment()) {
        (Some(one), Some(other)) => {
            std::ptr::eq(one.service, other.service) && one.name == other.name
        }
        _ => false,
    }
}

fn is_optional(job: &Job<'_>, call: &Call<'_>) -> bool {
    call.conditional || job.steps.get(call.step).is_none_or(|step| step.condition.is_some())
}
