//! # The account has no workers.dev subdomain
//!
//! ## What it checks
//!
//! Environments whose Worker is to answer on workers.dev, in an account that has not registered a
//! subdomain there.
//!
//! ## Why it matters
//!
//! At a terminal Wrangler offers to register one. In a pipeline nobody can be asked, and it stops:
//! `You can either deploy your worker to one or more routes … or register a workers.dev subdomain
//! here`. For a Worker that exists already that comes after its new code went live.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [{ "id": "0123456789abcdef0123456789abcdef", "subdomain": {}, "workers": {} }]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
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
//!       "subdomain": { "name": "acme" },
//!       "workers": {}
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Register a subdomain once, on the Workers page of the dashboard; or set `workers_dev = false`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::wrangler::routes::workers_dev;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/no-subdomain",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Subdomain, Part::Workers]),
    catalogue: &["WD-03"],
    page: include_str!("no_subdomain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let none = account.subdomain.known().is_some_and(|subdomain| subdomain.name.is_none());
        let Some(worker) = environment.worker().filter(|_| cx.service.kind == Kind::Worker) else {
            continue;
        };
        if !none || !workers_dev(&environment) {
            continue;
        }
        let is_new = account.workers.known().is_some_and(|workers| !workers.contains_key(&worker));
        let (says, when) = match is_new {
            true => (WranglerSays::Rejects, "stops"),
            false => (WranglerSays::Fails, "stops after the new code went live"),
        };
        let setting = environment.get("workers_dev");
        let _ = out
            .at(setting.map_or(cx.service.headline(), |setting| setting.span()))
            .say(format!("{worker} is to answer on workers.dev, and the account has no subdomain there"))
            .path(environment.path("workers_dev"))
            .why(format!("in a pipeline, where Wrangler can ask nobody to register one, it {when}"))
            .help(format!("register one at https://dash.cloudflare.com/{}/workers/onboarding, or set workers_dev = false", account.id))
            .wrangler(says)
            .on(&environment);
    }
}
