//! # The Pages deployment ignores the configuration beside it
//!
//! ## What it checks
//!
//! `wrangler pages deploy` in a folder whose configuration has bindings or variables, but no
//! `pages_build_output_dir`.
//!
//! ## Why it matters
//!
//! Wrangler warns and goes on without the configuration: `it is missing the "pages_build_output_dir"
//! field, required by Pages. Ignoring configuration file for now`. The project keeps the bindings
//! that the dashboard has, whatever the file says.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! assets = { directory = "./public" }
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "06779da6940b431db6e566b4846d64db"
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
//!       - run: npx wrangler@4.164.0 pages deploy public --project-name shop --branch main
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
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "06779da6940b431db6e566b4846d64db"
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
//! Add `pages_build_output_dir` where the file is for the Pages project. Where it is for a Worker,
//! start `wrangler pages deploy` in another folder.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::config::wrangler::Environment;
use crate::core::model::{Kind, Place, Service, Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/ignored-pages-config",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-04"],
    page: include_str!("ignored_pages_config.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let deploys =
            call.deploys() && call.is(&["pages"]) && call.arguments.flag("config").is_none();
        let worker =
            |service: &&Service| service.kind == Kind::Worker && service.redirect.is_none();
        let Some(service) = call.service.filter(worker).filter(|_| deploys) else { continue };
        let top = Environment::all(service).next();
        if top.is_none_or(|top| top.bindings().is_empty()) {
            continue;
        }
        let _ = out
            .at_call(call, call.place)
            .say(format!("Wrangler ignores {} here", cx.workspace.file(service.config.file).path))
            .why("the bindings and variables in it do not reach the Pages project")
            .help("add pages_build_output_dir to it, or deploy from another folder")
            .see(
                Place { file: service.config.file, span: service.headline() },
                "has no pages_build_output_dir",
            );
    }
}
