//! # A new Worker cannot have its required secrets yet
//!
//! ## What it checks
//!
//! Workers that do not exist in the account and whose environment has names in `secrets.required`,
//! where no pipeline passes `--secrets-file` or sets the secrets. It is a warning where the
//! environment may be one for development.
//!
//! ## Why it matters
//!
//! Wrangler stops before it uploads anything: `This Worker does not exist yet, so secrets cannot be
//! set in advance`. It has to be told the secrets with the first deployment.
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
//! [secrets]
//! required = ["PAYMENTS_KEY"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": {} }
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
//! [secrets]
//! required = ["PAYMENTS_KEY"]
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
//!         "shop": {
//!           "settings": { "bindings": [{ "name": "PAYMENTS_KEY", "type": "secret_text" }] }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Make the first deployment with `wrangler deploy --secrets-file FILE`, where each line of the
//! file is `NAME=value`. Keep the file out of the repository.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/#secrets-on-deployed-workers>
//! - <https://github.com/cloudflare/workers-sdk/issues/14258>

use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::live::required_secrets;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/first-deployment",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["SEC-03"],
    page: include_str!("first_deployment.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed().filter(|worker| worker.live.is_none()) {
        let environment = worker.environment;
        let set = cx.run.pipelines.secrets_of(&environment);
        let missing: Vec<_> = required_secrets(&environment)
            .into_iter()
            .filter(|(_, name)| !set.may_be(name))
            .collect();
        let Some((first, _)) = missing.first() else { continue };
        let names: Vec<&str> = missing.iter().map(|(_, name)| *name).collect();
        let _ = out
            .at(first.span)
            .say(format!("{} does not exist yet, and requires {}", worker.name, names.join(", ")))
            .label("cannot be set before the first deployment")
            .path("secrets.required")
            .why("Wrangler stops before it uploads anything")
            .help(format!(
                "deploy it once with `wrangler deploy{} --secrets-file FILE`",
                env_flag(&environment)
            ))
            .severity(cx.run.severity_of_missing(&environment))
            .on(&environment);
    }
}
