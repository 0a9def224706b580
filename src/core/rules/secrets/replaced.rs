//! # A variable or binding replaces a secret
//!
//! ## What it checks
//!
//! Names of variables and bindings against the secrets of the live Worker.
//!
//! ## Why it matters
//!
//! Wrangler warns, `This deployment will replace the remote secret`, and in a pipeline goes on. The
//! secret is lost: nobody can read its value to set it again. Most often somebody added the name to
//! `vars` for development.
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
//! [vars]
//! PAYMENTS_KEY = "off"
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
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [vars]
//! PAYMENTS_MODE = "off"
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
//! Remove it from the configuration. Values for development belong in `.dev.vars`. Where the secret
//! is to go, delete it first with `wrangler secret delete`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>
//! - <https://developers.cloudflare.com/workers/wrangler/commands/#deploy>

use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/replaced",
    severity: Severity::Error,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Settings]),
    catalogue: &["SEC-04"],
    page: include_str!("replaced.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let Some(settings) = worker.settings() else { continue };
        for binding in worker.environment.bindings() {
            let Some(name) = binding.name else { continue };
            if !settings.bindings.iter().any(|live| live.is_secret() && live.name == name) {
                continue;
            }
            let what = if binding.kind == "vars" { "variable" } else { "binding" };
            let _ = out
                .at(binding.name_span)
                .say(format!("the {what} {name} replaces the secret {name} of {}", worker.name))
                .label("a secret on the live Worker")
                .path(binding.path.as_str())
                .why("the value of the secret is lost with the deployment, and nobody can read it before")
                .help(format!("remove it here, or delete the secret first: wrangler secret delete {name}{}", env_flag(&worker.environment)))
                .on(&worker.environment);
        }
    }
}
