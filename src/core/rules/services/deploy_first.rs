//! # A Worker of the repository must be deployed before another
//!
//! ## What it checks
//!
//! Service bindings and Durable Objects of another Worker of the repository that does not exist in
//! the account yet. It is a note: whoever deploys in the right order needs to do nothing.
//!
//! ## Why it matters
//!
//! Until the other Worker exists, Cloudflare refuses the upload of the one that is bound to it
//! (codes 10143 and 10144, for Durable Objects 10061). Wrangler deploys one service at a time and
//! does not know of the other.
//!
//! ## Bad
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
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
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
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
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": { "shop-orders": {} } }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
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
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
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
//!       "workers": { "shop-orders": {}, "shop-pricing": {} }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Deploy the other Worker first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/>
//! - <https://github.com/cloudflare/workers-sdk/issues/1182>

use crate::core::config::wrangler::Purpose;
use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/deploy-first",
    severity: Severity::Note,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["SVC-02"],
    page: include_str!("deploy_first.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(workers) = account.workers.known() else { continue };
        for (reference, target) in cx.run.fleet.targets(&environment) {
            let asked = matches!(reference.purpose, Purpose::Service | Purpose::DurableObject);
            let name = reference.worker;
            // Another account's Workers are not on this list.
            let same = cx.run.account(&target).is_some_and(|other| std::ptr::eq(other, account));
            if !asked || !same || target.is(&environment) || workers.contains_key(name) {
                continue;
            }
            let file = target.service.config.file;
            let _ = out
                .at(reference.span)
                .say(format!("{name} does not exist yet: deploy it first"))
                .label("needed before the upload")
                .see(Place { file, span: target.service.headline() }, "this service deploys it")
                .path(reference.path(&environment))
                .why("Cloudflare refuses the upload until it exists")
                .help(format!(
                    "wrangler deploy{} in {}",
                    env_flag(&target),
                    folder(&target.service.folder)
                ))
                .on(&environment);
        }
    }
}

fn folder(folder: &str) -> &str {
    if folder.is_empty() { "the root of the repository" } else { folder }
}
