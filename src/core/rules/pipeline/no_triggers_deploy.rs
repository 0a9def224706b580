//! # Routes and crons never reach Cloudflare
//!
//! ## What it checks
//!
//! Pipelines that deploy a service with `wrangler versions deploy` alone, where its configuration has
//! routes or cron triggers, and nothing in the repository calls `wrangler triggers deploy` or
//! `wrangler deploy` for it.
//!
//! ## Why it matters
//!
//! `wrangler versions upload` and `wrangler versions deploy` handle code and bindings. Routes, custom
//! domains, crons and `workers_dev` stay what the last `wrangler deploy` made of them, whatever the
//! configuration says now.
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
//! [triggers]
//! crons = ["0 3 * * *"]
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
//!       - run: npx wrangler@4.164.0 versions upload
//!       - run: npx wrangler@4.164.0 versions deploy --yes
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
//! [triggers]
//! crons = ["0 3 * * *"]
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
//!       - run: npx wrangler@4.164.0 versions upload
//!       - run: npx wrangler@4.164.0 versions deploy --yes
//!       - run: npx wrangler@4.164.0 triggers deploy
//! ```
//!
//! ## How to fix
//!
//! Run `wrangler triggers deploy` after `wrangler versions deploy`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/>

use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::pipeline::System;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/no-triggers-deploy",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["VER-05"],
    page: include_str!("no_triggers_deploy.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job, call) in cx.pipelines.calls() {
        let ships = call.is(&["versions", "deploy"]) && pipeline.system != System::Scripts;
        let Some(environment) = call.environment().filter(|_| ships && !job.opaque) else {
            continue;
        };
        let crons = environment.get("triggers").and_then(|triggers| triggers.value().get("crons"));
        let routes = ["routes", "route"].into_iter().find_map(|key| environment.get(key));
        let some = |value: &Value| {
            !value.is_falsy() && value.as_array().is_none_or(|list| !list.is_empty())
        };
        let setting = routes.filter(|routes| some(routes.value()));
        let crons = crons.filter(|crons| some(crons));
        let Some(span) = setting.map(|setting| setting.span()).or(crons.map(|crons| crons.span))
        else {
            continue;
        };
        let handled = cx.pipelines.calls().any(|(_, _, other)| {
            let applies = other.is(&["triggers", "deploy"]) || other.is(&["deploy"]);
            applies
                && other.service.is_none_or(|service| std::ptr::eq(service, environment.service))
        });
        if !handled {
            let file = environment.service.config.file;
            let _ = out
                .at_call(call, call.place)
                .say(format!(
                    "the routes and crons of {} are never deployed",
                    environment.service.name
                ))
                .why("versions deploy changes the code, and leaves routes and crons as they are")
                .help("run wrangler triggers deploy after it")
                .see(Place { file, span }, "has no effect");
        }
    }
}
