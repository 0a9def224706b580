//! # The API token may not be used from this address
//!
//! ## What it checks
//!
//! What the API says to requests with the token: that they come from an address which the token is
//! not for.
//!
//! ## Why it matters
//!
//! Tokens can be bound to addresses. Runners of CI systems have others each time, so that
//! deployments fail by chance. It is a warning, because pipelines may run elsewhere than this
//! check.
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
//!       "token": {
//!         "unknown": {
//!           "why": "forbidden",
//!           "message": "Cannot use the access token from location: 192.0.2.7 (code 9109)"
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
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "token": { "status": "active" } }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the filter of addresses from the token, or run the deployment on runners whose addresses
//! it allows.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/api/how-to/restrict-tokens/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::access::refusal_of_address;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/address-not-allowed",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-12"],
    page: include_str!("address_not_allowed.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for account in cx.accounts() {
        let Some(message) = refusal_of_address(account) else { continue };
        let _ = out
            .nowhere()
            .say("the API token may not be used from this address")
            .why(message.to_owned())
            .help("remove the filter of addresses from the token, or run where it allows");
    }
}
