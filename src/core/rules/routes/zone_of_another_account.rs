//! # A route lies in a zone of another account
//!
//! ## What it checks
//!
//! To which account the zones of routes and custom domains belong, where the token sees zones of
//! several accounts.
//!
//! ## Why it matters
//!
//! Wrangler looks for a zone in the account it deploys to, and Cloudflare lets a Worker have
//! addresses in zones of its own account only. So the deployment fails after the new code went live.
//! Most often `account_id` or the zone is that of another customer or stage.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = ["example.com/api/*"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "zones": [
//!         {
//!           "id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "name": "example.com",
//!           "status": "active",
//!           "account_id": "f037e56e89293a057740de681ac9abbe"
//!         }
//!       ]
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
//! routes = ["example.com/api/*"]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "zones": [
//!         {
//!           "id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "name": "example.com",
//!           "status": "active",
//!           "account_id": "0123456789abcdef0123456789abcdef"
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Deploy to the account that has the zone (`account_id`), or use a host of a zone of this account.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use crate::core::config::zones::is_foreign;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::addresses;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/zone-of-another-account",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Zones]),
    catalogue: &["RT-15"],
    page: include_str!("zone_of_another_account.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (routes, domains) = addresses(cx);
    for address in routes.iter().chain(&domains) {
        let Some(zone) = address.zone().filter(|zone| is_foreign(zone, address.account)) else {
            continue;
        };
        let owner = zone.account_id.as_deref().unwrap_or_default();
        let _ = out
            .at(address.route.span)
            .say(format!("the zone {} of {} belongs to another account, {owner}", zone.name, address.route.pattern))
            .label(format!("not in {}", address.account.id))
            .path(&*address.route.path)
            .why("Cloudflare refuses the address after the new code went live: a Worker has addresses in zones of its own account")
            .help(format!("deploy to the account that has {}, or use a host of this account", zone.name))
            .on(&address.environment);
    }
}
