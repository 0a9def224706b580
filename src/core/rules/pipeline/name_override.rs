//! # The pipeline deploys under another name than the configuration has
//!
//! ## What it checks
//!
//! `--name` of `wrangler deploy` and `wrangler versions upload`, and `WRANGLER_CI_OVERRIDE_NAME`,
//! where the name is written out and is not that of the chosen environment.
//!
//! ## Why it matters
//!
//! The Worker that is deployed is not the one that the configuration names: secrets, service bindings
//! and routes that are meant for one are with the other. Wrangler warns for the variable, and says
//! nothing for the flag.
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
//!       - run: npx wrangler@4.164.0 deploy --name shopp
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
//!       - run: npx wrangler@4.164.0 deploy --name shop
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Define an environment for it, or correct the name in the configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::System;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/name-override",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["VER-14", "VER-15"],
    page: include_str!("name_override.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, _, call) in cx.pipelines.calls() {
        let ships = call.is(&["deploy"]) || call.is(&["versions", "upload"]);
        if !ships || pipeline.system == System::Scripts {
            continue;
        }
        let Some(worker) = call.environment().and_then(|environment| environment.worker()) else {
            continue;
        };
        let flag = call.arguments.value("name").and_then(|word| Some((word.known()?, word.place)));
        let variable =
            call.variable("WRANGLER_CI_OVERRIDE_NAME").filter(|variable| variable.literal);
        let variable = variable.map(|variable| (&*variable.value, variable.place));
        // The variable wins over the flag.
        let Some((name, place)) = variable.or(flag).filter(|(name, _)| *name != worker) else {
            continue;
        };
        let _ = out
            .at_call(call, place)
            .say(format!("the configuration names the Worker {worker}, and {name} is deployed"))
            .label("wins over the configuration")
            .help("define an environment for it, or correct the name");
    }
}
