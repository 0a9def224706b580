//! # A deployment would replace the Worker of another service
//!
//! ## What it checks
//!
//! The tags that Wrangler gave the Workers that are live: which service each was deployed from.
//! Wrangler tags Workers of configurations that define environments.
//!
//! ## Why it matters
//!
//! A Worker's name is all that Cloudflare goes by. Where another project, or another service of this
//! one, has deployed a Worker of the same name, the deployment replaces its code, bindings and cron
//! triggers, and Wrangler says nothing. It is a warning, because a service whose name was changed
//! looks the same.
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
//!         "shop-staging": { "tags": ["cf:service=legacy-shop", "cf:environment=staging"] }
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
//!       "workers": { "shop-staging": { "tags": ["cf:service=shop", "cf:environment=staging"] } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Give one of the two another `name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/worker-of-another-service",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["ENV-05"],
    page: include_str!("worker_of_another_service.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let own = cx.root().and_then(|root| root.get("name")).and_then(Value::as_str);
    let Some(own) = own.filter(|_| cx.service.kind == Kind::Worker && !cx.is_redirected()) else {
        return;
    };
    for (environment, account) in cx.live() {
        let Some(name) = environment.worker() else { continue };
        let live = account.workers.known().and_then(|workers| workers.get(&name));
        let other = live.and_then(|live| live.tag("cf:service=")).filter(|other| *other != own);
        let Some(other) = other else { continue };
        let setting = environment.get("name");
        let _ = out
            .at(setting.map_or(cx.service.headline(), |name| name.span()))
            .say(format!("the Worker {name} was deployed from another service, {other}"))
            .path(environment.path("name"))
            .why("the deployment replaces its code, bindings and cron triggers, and Wrangler says nothing")
            .help(format!("give one of the two another name, unless {other} is what {own} was called before"))
            .on(&environment);
    }
}
