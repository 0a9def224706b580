//! # A custom domain would be taken from another Worker
//!
//! ## What it checks
//!
//! The custom domains of the configuration against those of the account. Where the other Worker is
//! deployed from this repository, and its configuration no longer has the domain, it is a warning:
//! the domain moves. So it is at a top level beside environments one of which has the domain. A
//! domain that an environment inherits from the one that has it is told from the files, by
//! `env/inherits-custom-domain`.
//!
//! ## Why it matters
//!
//! A custom domain leads to one Worker. At a terminal Wrangler asks; in a pipeline it takes the
//! domain, and its DNS record, from the Worker that has it, and ends with success. From then on that
//! Worker is unreachable there.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "custom_domains": [
//!         {
//!           "id": "d1",
//!           "hostname": "shop.example.com",
//!           "service": "legacy-shop",
//!           "zone_id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "zone_name": "example.com"
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
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "custom_domains": [
//!         {
//!           "id": "d1",
//!           "hostname": "shop.example.com",
//!           "service": "shop",
//!           "zone_id": "023e105f4ecef8ad9ca31a8372d0c353",
//!           "zone_name": "example.com"
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Use another host. If the domain is to move, take it from the other Worker first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/custom-domains/>
//! - <https://github.com/cloudflare/workers-sdk/issues/13925>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::{Holder, addresses, holder};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/takes-custom-domain",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::CustomDomains]),
    catalogue: &["RT-05"],
    page: include_str!("takes_custom_domain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for address in addresses(cx).1 {
        let Some(owner) = address.same_domain().map(|domain| &*domain.service) else { continue };
        if owner == address.worker || address.is_inherited_from(owner) {
            continue;
        }
        let host = address.route.pattern;
        let draft = out
            .at(address.route.span)
            .say(format!("{} takes {host} away from {owner}", address.worker))
            .label(format!("a custom domain of {owner}"))
            .path(&*address.route.path)
            .why("a custom domain leads to one Worker: in a pipeline Wrangler moves it, and its DNS record, without a question")
            .on(&address.environment);
        let _ = match holder(cx.run, owner, host, true) {
            Holder::LetsGo => draft.severity(Severity::Warning).help(format!(
                "if it is to move, deploy this Worker and then {owner}; otherwise use another host"
            )),
            _ if address.is_shadow_of(owner) => draft.severity(Severity::Warning).help(
                "deploy the environment that has it, or write routes of its own at the top level",
            ),
            _ => draft.help(format!("use another host, or take it from {owner} first")),
        };
    }
}
