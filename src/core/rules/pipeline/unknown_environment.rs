//! # The pipeline chooses an environment that does not exist
//!
//! ## What it checks
//!
//! The environment that a call of Wrangler names (`--env`, `-e`, `CLOUDFLARE_ENV`, the input
//! `environment` of `cloudflare/wrangler-action`) against those of the service that it is about. Of
//! an expression such as `${{ … && 'production' || 'staging' }}` both texts are looked at, as a
//! warning.
//!
//! ## Why it matters
//!
//! With other environments defined Wrangler stops: `No environment found in configuration with name
//! "prod"`. With none defined it only warns, and deploys a new Worker `name-prod` with the bindings
//! of the top level, which are mostly those of production.
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
//!       - run: npx wrangler@4.164.0 deploy --env stagin
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
//! Correct the name, or define the environment. The top level is chosen with `--env ""`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::shape::closest;
use crate::core::model::{Kind, Service, Severity, WranglerSays};
use crate::core::pipeline::{Call, Chosen};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/unknown-environment",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-01"],
    page: include_str!("unknown_environment.rs"),
    check: Check::Workspace(check),
};

/// The commands that take a Worker, and so look for the environment.
const COMMANDS: [&str; 9] =
    ["d1", "delete", "deploy", "deployments", "rollback", "secret", "tail", "triggers", "versions"];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let (names, sure) = match call.chosen() {
            Chosen::Named(name) => (vec![name], true),
            Chosen::Unknown => (call.alternatives(), false),
            Chosen::Nothing | Chosen::TopLevel => continue,
        };
        for name in names {
            judge(call, name, sure, out);
        }
    }
}

fn judge(call: &Call<'_>, name: &str, sure: bool, out: &mut Findings<'_>) {
    let worker = |service: &&Service| {
        service.kind == Kind::Worker && service.redirect.is_none() && service.root().is_some()
    };
    let Some(service) = call.service.filter(worker) else { return };
    let defined = &service.environments;
    let command = COMMANDS.iter().any(|command| call.is(&[command]));
    if !command || defined.iter().any(|known| **known == *name) {
        return;
    }
    let certain = sure && (call.deploys() || !defined.is_empty());
    let draft = out
        .at_call(call, call.choice().unwrap_or(call.place))
        .say(format!("{} has no environment {name}", service.name))
        .label("not defined")
        .severity(if certain { Severity::Error } else { Severity::Warning });
    let _ = match closest(name, defined.iter().map(AsRef::as_ref)) {
        Some(meant) => draft.help(format!("write {meant}")),
        None if !defined.is_empty() => draft.help(format!("it defines {}", defined.join(", "))),
        None => draft
            .wrangler(WranglerSays::Warns)
            .why(format!(
                "Wrangler deploys a new Worker, {}-{name}, with the bindings of the top level",
                service.name
            ))
            .help(format!("define [env.{name}], or take the flag away")),
    };
}
