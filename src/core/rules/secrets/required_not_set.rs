//! # A required secret is not set on the Worker
//!
//! ## What it checks
//!
//! The names in `secrets.required` against the secrets of the live Worker. Those that a pipeline
//! sets, or may set from a file, are left alone.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload, after the build and after the upload of assets: `The following
//! required secrets have not been set` (code 10057). `wrangler deploy --dry-run` does not notice.
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
//! Set it with `wrangler secret put`, or deploy with `--secrets-file`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>
//! - <https://github.com/cloudflare/workers-sdk/issues/12732>

use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::live::required_secrets;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/required-not-set",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Settings]),
    catalogue: &["SEC-02"],
    page: include_str!("required_not_set.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let environment = worker.environment;
        let Some(settings) = worker.settings() else { continue };
        let set = cx.run.pipelines.secrets_of(&environment);
        for (value, name) in required_secrets(&environment) {
            // A binding of that name is what the API looks for, whatever its kind.
            let has = settings.bindings.iter().any(|binding| binding.name == name);
            if has || set.may_be(name) {
                continue;
            }
            let _ = out
                .at(value.span)
                .say(format!("{} has no secret {name}", worker.name))
                .label("required, and not set")
                .path("secrets.required")
                .why("Cloudflare refuses the upload, after the build and the assets (code 10057)")
                .help(format!("wrangler secret put {name}{}", env_flag(&environment)))
                .on(&environment);
        }
    }
}
