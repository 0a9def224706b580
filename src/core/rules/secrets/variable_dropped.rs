//! # A deployment removes a variable of the live Worker
//!
//! ## What it checks
//!
//! Variables of the live Worker that the environment does not have, where the code reads them, or
//! where the Worker was last deployed from somewhere else than Wrangler, so that somebody may have
//! added them by hand. Not where `keep_vars` is set.
//!
//! It is an error where the code relies on the variable. Variables that Wrangler deployed and that
//! the code does not read are taken for removed on purpose.
//!
//! ## Why it matters
//!
//! Wrangler keeps secrets and removes every other variable that the configuration does not have. It
//! shows the difference only where the dashboard made the last deployment, and in a pipeline goes
//! on.
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
//!     return fetch(env.PAYMENTS_URL);
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
//!           "settings": { "bindings": [{ "name": "PAYMENTS_URL", "type": "plain_text" }] }
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
//!
//! [vars]
//! PAYMENTS_URL = "https://payments.example.com"
//! ```
//!
//! ```ts src/index.ts
//! export default {
//!   async fetch(request, env) {
//!     return fetch(env.PAYMENTS_URL);
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
//!           "settings": { "bindings": [{ "name": "PAYMENTS_URL", "type": "plain_text" }] }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add it to `vars`. Where the dashboard is to have the last word, set `keep_vars = true`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#source-of-truth>
//! - <https://github.com/cloudflare/workers-sdk/issues/276>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::dropped::dropped;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/variable-dropped",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Settings]),
    catalogue: &["SEC-05"],
    page: include_str!("variable_dropped.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let environment = worker.environment;
        let keeps = environment.get("keep_vars").and_then(|setting| setting.value().as_bool());
        if keeps == Some(true) || cx.run.pipelines.may_set_variables(&environment) {
            continue;
        }
        for dropped in dropped(cx, &worker).filter(|dropped| dropped.binding.is_variable()) {
            let name = &dropped.binding.name;
            let draft = dropped
                .begin(cx, out)
                .say(format!("the deployment removes the variable {name} of {}", worker.name))
                .path(environment.path("vars"))
                .help(format!("add {name} to {}, or set keep_vars", environment.path("vars")))
                .on(&environment);
            let _ = dropped.weigh(draft);
        }
    }
}
