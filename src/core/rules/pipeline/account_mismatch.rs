//! # The pipeline and the configuration name different accounts
//!
//! ## What it checks
//!
//! `CLOUDFLARE_ACCOUNT_ID`, or `accountId` of `cloudflare/wrangler-action`, against `account_id` of
//! the configuration, where both are written out.
//!
//! ## Why it matters
//!
//! The configuration wins, and Wrangler does not say so: the deployment goes to its account with exit
//! code 0, or ends because the token is for the other one.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! account_id = "0123456789abcdef0123456789abcdef"
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
//!           accountId: fedcba9876543210fedcba9876543210
//!           wranglerVersion: "4.164.0"
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
//! account_id = "0123456789abcdef0123456789abcdef"
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
//! Remove the one that is wrong.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/system-environment-variables/>

use std::collections::BTreeSet;

use crate::core::config::credentials;
use crate::core::config::ids::is_hex_32;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/account-mismatch",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-08"],
    page: include_str!("account_mismatch.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut said = BTreeSet::new();
    for (_, _, call) in cx.pipelines.calls().filter(|(_, _, call)| call.needs_account()) {
        let Some(environment) = call.environment() else { continue };
        let Some(setting) = environment.get("account_id") else { continue };
        let Some(configured) = setting.value().as_str().filter(|id| is_hex_32(id)) else {
            continue;
        };
        let Some(variable) = call.variable(credentials::ACCOUNT.name) else { continue };
        let named = &*variable.value;
        let same = !variable.literal || !is_hex_32(named) || named.eq_ignore_ascii_case(configured);
        if same || !said.insert(variable.place) {
            continue;
        }
        let file = environment.service.config.file;
        let _ = out
            .at_call(call, variable.place)
            .path(&*variable.name)
            .say("this account is not the one of the configuration, which wins")
            .label("has no effect")
            .why("Wrangler deploys to the account_id of the configuration and does not mention the other")
            .help("remove one of the two")
            .see(Place { file, span: setting.span() }, "deployed to this account");
    }
}
