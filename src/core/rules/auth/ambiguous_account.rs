//! # Nothing says which account a service is deployed to
//!
//! ## What it checks
//!
//! Environments without `account_id`, where the token sees several accounts and neither the run nor
//! a pipeline of the repository sets `CLOUDFLARE_ACCOUNT_ID`.
//!
//! ## Why it matters
//!
//! Wrangler cannot ask in a pipeline: `More than one account available but unable to select one in
//! non-interactive mode`.
//!
//! ## Bad
//!
//! ```toml apps/api/wrangler.toml
//! name = "shop-api"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! account_id = "0123456789abcdef0123456789abcdef"
//! ```
//!
//! ```toml apps/web/wrangler.toml
//! name = "shop-web"
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
//!     { "id": "0123456789abcdef0123456789abcdef", "name": "acme" },
//!     { "id": "fedcba9876543210fedcba9876543210", "name": "acme-labs" }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml apps/api/wrangler.toml
//! name = "shop-api"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! account_id = "0123456789abcdef0123456789abcdef"
//! ```
//!
//! ```toml apps/web/wrangler.toml
//! name = "shop-web"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! account_id = "0123456789abcdef0123456789abcdef"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "name": "acme" },
//!     { "id": "fedcba9876543210fedcba9876543210", "name": "acme-labs" }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add `account_id` to the configuration, or set `CLOUDFLARE_ACCOUNT_ID` in the pipeline.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/system-environment-variables/>

use crate::core::config::credentials::{ACCOUNT, settings};
use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/ambiguous-account",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Account]),
    catalogue: &["AUTH-06", "AUTH-07"],
    page: include_str!("ambiguous_account.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(snapshot) = cx.run.snapshot.filter(|one| one.default_account.is_none()) else {
        return;
    };
    let seen: Vec<&str> = snapshot.accounts.iter().filter_map(name).collect();
    let set = settings(cx.run.workspace).any(|set| set.place_of(ACCOUNT).is_some());
    if seen.len() < 2 || set {
        return;
    }
    for environment in cx.environments().filter(|environment| cx.run.asks_for(environment)) {
        if environment.text("account_id").is_some_and(|id| !id.is_empty()) {
            continue;
        }
        let _ = out
            .at(cx.service.headline())
            .say(format!("nothing says which account this is deployed to: {}", seen.join(" or ")))
            .path("account_id")
            .why("Wrangler cannot ask in a pipeline, and stops")
            .help("add account_id, or set CLOUDFLARE_ACCOUNT_ID in the pipeline")
            .on(&environment);
    }
}

/// The name of an account that the token sees.
fn name(account: &Account) -> Option<&str> {
    account.name.known().map(String::as_str)
}
