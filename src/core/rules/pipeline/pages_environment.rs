//! # The Pages deployment names an environment
//!
//! ## What it checks
//!
//! `wrangler pages deploy` with `--env`, and with the input `environment` of
//! `cloudflare/wrangler-action`.
//!
//! ## Why it matters
//!
//! Wrangler stops: `Pages does not support targeting an environment with the --env flag. Use the
//! --branch flag to target your production or preview branch`.
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
//!       - run: npx wrangler@4.164.0 pages deploy --env production
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
//! Use `--branch`: the production branch of the project deploys production, any other a preview.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/pages-environment",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-03"],
    page: include_str!("pages_environment.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let Some(flag) =
            call.arguments.flag("env").filter(|_| call.deploys() && call.is(&["pages"]))
        else {
            continue;
        };
        let empty = flag.values.first().is_none_or(|value| value.text.is_empty() || !value.literal);
        if !empty {
            let _ = out
                .at_call(call, flag.word.place)
                .say("Pages knows no --env")
                .label("Wrangler stops here")
                .help("name the branch instead, with --branch");
        }
    }
}
