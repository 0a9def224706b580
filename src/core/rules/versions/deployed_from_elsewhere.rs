//! # A Worker was last deployed from somewhere else
//!
//! ## What it checks
//!
//! Where the last deployment of a Worker came from: the dashboard, the API, Terraform.
//!
//! ## Why it matters
//!
//! A deployment by Wrangler overwrites what was done there: code, bindings and settings. From the
//! dashboard Wrangler shows the difference, and in a pipeline goes on; with `--strict` it stops.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "last_deployed_from": "dash" } }
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
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "last_deployed_from": "wrangler" } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Look at what was changed, and bring it into the repository. Then deploy; from then on Wrangler
//! has the last word.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#source-of-truth>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/deployed-from-elsewhere",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["SEC-06"],
    page: include_str!("deployed_from_elsewhere.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let from = worker.live.and_then(|live| live.last_deployed_from.as_deref());
        let (place, says) = match from {
            None | Some("wrangler") => continue,
            Some("dash") => ("in the dashboard", WranglerSays::Warns),
            Some("api") => ("through the API", WranglerSays::Warns),
            // Wrangler warns of these two alone (cli.js:183343).
            Some(_) => ("by another tool", WranglerSays::Silent),
        };
        let _ = out
            .at(cx.service.headline())
            .say(format!("{} was last deployed {place}", worker.name))
            .path("name")
            .why("a deployment overwrites the code, bindings and settings that were set there")
            .help("bring what was changed into the repository first")
            .wrangler(says)
            .on(&worker.environment);
    }
}
