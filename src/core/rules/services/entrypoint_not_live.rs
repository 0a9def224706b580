//! # A service binding names an entrypoint that the live Worker does not export
//!
//! ## What it checks
//!
//! Service bindings with an `entrypoint` to a Worker that is not of the repository: that its live
//! version exports it, where the account lists its exports. It is a warning: whether such a list is
//! complete is not documented. For Workers of the repository there is
//! `services/entrypoint-not-exported`.
//!
//! ## Why it matters
//!
//! Nobody compares the two. Calls through the binding have nowhere to go, and fail at run time.
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
//! service = "auth"
//! entrypoint = "Sessions"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "auth": { "entrypoints": ["Session"] } }
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
//! service = "auth"
//! entrypoint = "Session"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "auth": { "entrypoints": ["Session"] } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct `entrypoint`, or deploy the Worker that exports it first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/rpc/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/entrypoint-not-live",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["SVC-04"],
    page: include_str!("entrypoint_not_live.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(workers) = account.workers.known() else { continue };
        for reference in references(&environment).filter(|one| one.purpose == Purpose::Service) {
            let value = reference.item.get("entrypoint");
            let named = value.and_then(|value| Some((value, value.as_str()?)));
            let Some((value, name)) = named.filter(|(_, name)| is_name(name)) else { continue };
            // What the repository deploys may bring it.
            if !cx.run.fleet.named(reference.worker).is_empty() {
                continue;
            }
            let live = workers.get(reference.worker);
            let Some(known) = live.and_then(|live| live.entrypoints.as_deref()) else { continue };
            if known.iter().any(|known| known == name) {
                continue;
            }
            let help = match closest(name, known.iter().map(String::as_str)) {
                Some(similar) => format!("write entrypoint = \"{similar}\""),
                None => format!("correct it, or deploy a {} that exports {name}", reference.worker),
            };
            let _ = out
                .at(value.span)
                .say(format!("the live {} does not export the entrypoint {name}", reference.worker))
                .label("not exported there")
                .path(reference.path_of(&environment, "entrypoint"))
                .why("calls through this binding fail at run time")
                .help(help)
                .on(&environment);
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name != "default" && placeholder(name).is_none()
}
