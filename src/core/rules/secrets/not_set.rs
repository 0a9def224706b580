//! # The code reads a secret that is not set
//!
//! ## What it checks
//!
//! Names that the code reads from `env`, that the configuration does not declare, and that the live
//! Worker has neither as a secret nor as anything else. Names that a pipeline sets with `wrangler
//! secret put`, or may set from a file, are left alone. With the account in view this takes the
//! place of `secrets/undeclared`.
//!
//! ## Why it matters
//!
//! The deployment succeeds, and `env.PAYMENTS_KEY` is undefined at run time. Secrets belong to one
//! Worker: those of `shop` are not those of `shop-staging`.
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
//! ```ts src/index.ts
//! export default {
//!   async fetch(request, env) {
//!     return fetch("https://payments.example.com/", { headers: { authorization: env.PAYMENTS_KEY } });
//!   },
//! } satisfies ExportedHandler<Env>;
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
//!           "settings": { "bindings": [{ "name": "STRIPE_KEY", "type": "secret_text" }] }
//!         }
//!       }
//!     }
//!   ]
//! }
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
//! ```ts src/index.ts
//! export default {
//!   async fetch(request, env) {
//!     return fetch("https://payments.example.com/", { headers: { authorization: env.PAYMENTS_KEY } });
//!   },
//! } satisfies ExportedHandler<Env>;
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
//! Set it with `wrangler secret put`, and name it in `secrets.required`, so that Wrangler refuses
//! to deploy without it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>

use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::undeclared;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/not-set",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Settings]),
    catalogue: &["SEC-01"],
    page: include_str!("not_set.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let environment = worker.environment;
        let Some(settings) = worker.settings() else { continue };
        let Some(facts) = cx.run.workspace.sources.handwritten(&environment) else { continue };
        let set = cx.run.pipelines.secrets_of(&environment);
        for one in undeclared(facts, &environment) {
            let name = one.name;
            let has = settings.bindings.iter().any(|binding| binding.name == name);
            // What can only be a binding, and other capitals, are `bindings/undeclared`'s business.
            if has || one.binding || one.similar.is_some() || set.may_be(name) {
                continue;
            }
            let _ = out
                .in_file(one.place.file, one.place.span)
                .say(format!(
                    "{} has no secret {name}, and the configuration no variable",
                    worker.name
                ))
                .label("undefined at run time")
                .path("secrets.required")
                .why("the deployment succeeds without it")
                .help(format!("wrangler secret put {name}{}", env_flag(&environment)))
                .on(&environment);
        }
    }
}
