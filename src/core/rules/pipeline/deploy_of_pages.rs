//! # A Pages project is deployed as a Worker
//!
//! ## What it checks
//!
//! `wrangler deploy` in a folder whose configuration has `pages_build_output_dir`.
//!
//! ## Why it matters
//!
//! Wrangler warns that this is a Pages project, asks whether to go on, answers itself with yes in a
//! pipeline, and ends with `Missing entry-point to Worker script or to assets directory`.
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
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 deploy
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
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
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 pages deploy --branch main
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Run `wrangler pages deploy`. Where the project has become a Worker, replace
//! `pages_build_output_dir` by `assets`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/migration-guides/migrate-from-pages/>

use crate::core::model::{Kind, Place, Service, Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/deploy-of-pages",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-16"],
    page: include_str!("deploy_of_pages.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls().filter(|(_, _, call)| call.is(&["deploy"])) {
        let pages = |service: &&Service| service.kind == Kind::Pages;
        let Some(service) = call.service.filter(pages).filter(|_| call.arguments.complete) else {
            continue;
        };
        let key = service.root().and_then(|root| root.entry("pages_build_output_dir"));
        let Some(key) = key.filter(|entry| !entry.value.is_falsy()) else { continue };
        let _ = out
            .at_call(call, call.place)
            .say(format!("{} is a Pages project, and wrangler deploy is for Workers", service.name))
            .help("write wrangler pages deploy")
            .see(
                Place { file: service.config.file, span: key.key_span },
                "makes it a Pages project",
            );
    }
}
