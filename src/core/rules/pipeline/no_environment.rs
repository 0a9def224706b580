//! # The pipeline does not say which environment it deploys
//!
//! ## What it checks
//!
//! Deployments and uploads of Workers without an environment, where the service defines some. For a
//! script of `package.json` that no pipeline runs, it is a note. Silent where `CLOUDFLARE_ENV`
//! chooses one, and where the Vite plugin of Cloudflare does when it builds.
//!
//! ## Why it matters
//!
//! Wrangler takes the top level and warns: `Multiple environments are defined in the Wrangler
//! configuration file, but no target environment was specified`. The top level mostly is production,
//! and a forgotten flag looks the same as an intention.
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
//! [env.staging]
//! name = "shop-staging"
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
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [env.staging]
//! name = "shop-staging"
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
//!       - run: npx wrangler@4.164.0 deploy --env staging
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Name the environment with `--env`. Where the top level is meant, say so with `--env ""`, or
//! `environment: ""` of the action's command: `command: deploy --env ""`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::command_line::VITE_PLUGIN;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Chosen, System};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/no-environment",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-02"],
    page: include_str!("no_environment.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, _, call) in cx.pipelines.calls() {
        let ships =
            call.deploys_worker() && call.is(&["deploy"]) || call.is(&["versions", "upload"]);
        if !ships || !matches!(call.chosen(), Chosen::Nothing) {
            continue;
        }
        let Some(service) = call.service.filter(|service| service.redirect.is_none()) else {
            continue;
        };
        let built = call.folder.as_deref().is_some_and(|folder| {
            let mut above = cx.pipelines.packages.above(folder);
            above.any(|package| package.dependency(VITE_PLUGIN).is_some())
        });
        if built || service.environments.is_empty() {
            continue;
        }
        let _ = out
            .at_call(call, call.place)
            .say(format!("nothing says which environment of {} to deploy", service.name))
            .label("takes the top level")
            .help(format!(
                "add --env, one of: {}; or --env \"\" for the top level",
                service.environments.join(", ")
            ))
            .severity(match pipeline.system {
                System::Scripts => Severity::Note,
                _ => Severity::Warning,
            });
    }
}
