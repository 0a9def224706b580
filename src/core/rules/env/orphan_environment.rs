//! # The Worker of an environment that nobody defines is live
//!
//! ## What it checks
//!
//! Workers of the account that belong to a service of the repository, for an environment that its
//! configuration does not have: by the tags that Wrangler gives them, or by a name such as
//! `shop-prod`. Only where all environments are looked at.
//!
//! ## Why it matters
//!
//! Such a Worker was deployed by a `--env` that no configuration knew, or its environment was
//! removed. Nobody deploys it any more. Its old code goes on answering, with its routes, cron
//! triggers and secrets.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [env.staging]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {
//!         "shop": {},
//!         "shop-staging": {},
//!         "shop-qa": { "tags": ["cf:service=shop", "cf:environment=qa"] }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [env.staging]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {}, "shop-staging": {}, "shop-mailer": {} }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Define the environment, or delete the Worker: `wrangler delete --name NAME`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::stages::is_stage;
use crate::core::model::account::Part;
use crate::core::model::account::Worker;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/orphan-environment",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["ENV-01"],
    page: include_str!("orphan_environment.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let all = cx.run.environments.is_empty() && !cx.is_redirected();
    let top = cx.environments().find(Environment::is_top);
    let Some(top) = top.filter(|_| all && cx.service.kind == Kind::Worker) else { return };
    let account = cx.run.account(&top);
    let workers = account.and_then(|account| account.workers.known());
    let (Some(service), Some(workers)) = (top.worker(), workers) else { return };
    for (name, worker) in workers {
        let Some(environment) = environment(&service, name, worker) else { continue };
        let defined = cx.service.environments.iter().any(|known| **known == *environment);
        if defined || !cx.run.fleet.named(name).is_empty() {
            continue;
        }
        let span = cx.root().and_then(|root| root.entry("env")).map(|env| env.key_span);
        let _ = out
            .at(span.unwrap_or(cx.service.headline()))
            .say(format!(
                "the Worker {name} is live, and {service} has no environment {environment}"
            ))
            .path("env")
            .why("nobody deploys it any more, and its old code goes on answering")
            .help(format!(
                "define [env.{environment}], or delete it: wrangler delete --name {name}"
            ))
            .on(&top);
    }
}

/// The environment of a service that a Worker was deployed for: by its tags
/// (`applyServiceAndEnvironmentTags`, cli.js:172662), or by a name that says so.
fn environment<'w>(service: &str, name: &'w str, worker: &'w Worker) -> Option<&'w str> {
    let tagged = worker.tag("cf:service=") == Some(service);
    let by_tag = worker.tag("cf:environment=").filter(|_| tagged);
    let suffix = || name.strip_prefix(service)?.strip_prefix('-');
    by_tag.or_else(|| suffix().filter(|suffix| is_stage(suffix)))
}
