//! # A Worker that is bound to does not exist
//!
//! ## What it checks
//!
//! Names of Workers in service bindings, in outbound Workers of dispatch namespaces, and in the
//! `script_name` of Durable Objects and Workflows, against the Workers of the account. Those that a
//! service of the repository deploys are left alone: `services/deploy-first` speaks of these. With
//! the account in view this takes the place of `services/unknown-target`.
//!
//! It is a warning for Workflows, where it is not documented what Cloudflare answers, and in
//! environments that look like those for development and were never deployed.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload, after the build and after the upload of assets: `Could not
//! resolve service binding` (codes 10143 and 10144), for Durable Objects code 10061. Wrangler does
//! not look beforehand.
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
//! [[services]]
//! binding = "PRICING"
//! service = "shop-pricng"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {}, "shop-pricing": {} }
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
//! [[services]]
//! binding = "PRICING"
//! service = "shop-pricing"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {}, "shop-pricing": {} }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or deploy that Worker first. Remember that each environment is a Worker of its
//! own: `shop-pricing-staging`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/>
//! - <https://github.com/cloudflare/workers-sdk/issues/2968>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/missing-target",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["SVC-01", "DO-11"],
    page: include_str!("missing_target.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(workers) = account.workers.known() else { continue };
        let own = environment.worker();
        for reference in references(&environment).filter(|one| one.purpose != Purpose::Tail) {
            let name = reference.worker;
            let here = !cx.run.fleet.named(name).is_empty() || cx.run.fleet.may_generate(name);
            let is_own = own.as_deref() == Some(name);
            if workers.contains_key(name) || here || is_own || placeholder(name).is_some() {
                continue;
            }
            let names = workers.keys().map(String::as_str).chain(cx.run.fleet.similar_to(name));
            let help = match closest(name, names) {
                Some(similar) => format!("did you mean {similar}?"),
                None => format!("correct the name, or deploy {name} first"),
            };
            let why = match reference.purpose {
                Purpose::DurableObject => "Cloudflare refuses the upload (code 10061)",
                Purpose::Workflow => "the binding leads nowhere",
                _ => "Cloudflare refuses the upload: the target is not found (codes 10143, 10144)",
            };
            let severity = match reference.purpose {
                Purpose::Workflow => Severity::Warning,
                _ => cx.run.severity_of_missing(&environment),
            };
            let _ = out
                .at(reference.span)
                .say(format!("the account has no Worker {name}"))
                .label("neither there nor in this repository")
                .path(reference.path(&environment))
                .why(why)
                .help(help)
                .severity(severity)
                .on(&environment);
        }
    }
}
