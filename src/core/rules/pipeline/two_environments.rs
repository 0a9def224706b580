//! # The pipeline names two environments
//!
//! ## What it checks
//!
//! Calls of Wrangler with more than one `--env`, which `cloudflare/wrangler-action` makes of its
//! input `environment` and a command with `-e`. And calls with `--env` where `CLOUDFLARE_ENV` names
//! another environment.
//!
//! ## Why it matters
//!
//! With two flags Wrangler stops: `The argument "--env" expects a single value, but received
//! multiple`. With the variable it says nothing: the flag wins.
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
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//!           environment: staging
//!           command: deploy -e staging
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
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//!           environment: staging
//! ```
//!
//! ## How to fix
//!
//! Name the environment in one place.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/two-environments",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-07"],
    page: include_str!("two_environments.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let mut flags = call.arguments.flags.iter().filter(|flag| flag.name == "env");
        let Some(flag) = flags.next() else { continue };
        if let Some(second) = flags.next() {
            let _ = out
                .at_call(call, flag.word.place)
                .say("Wrangler takes one --env, and here are two")
                .help("name the environment once")
                .see(second.word.place, "and here");
            continue;
        }
        let Some(variable) = call.variable("CLOUDFLARE_ENV").filter(|variable| variable.literal)
        else {
            continue;
        };
        let chosen = flag.values.first().and_then(|value| value.known());
        if chosen.is_some_and(|chosen| chosen != variable.value) && !variable.value.is_empty() {
            let _ = out
                .at_call(call, flag.word.place)
                .say(format!("--env wins over CLOUDFLARE_ENV, which is {}", variable.value))
                .help("name the environment in one place")
                .see(variable.place, "has no effect here")
                .wrangler(WranglerSays::Silent)
                .severity(Severity::Warning);
        }
    }
}
