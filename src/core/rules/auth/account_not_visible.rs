//! # The API token cannot see the account
//!
//! ## What it checks
//!
//! Accounts that services deploy to, of which the token may read nothing at all, although it was
//! asked for at least two parts that different permissions open.
//!
//! ## Why it matters
//!
//! Most often the token belongs to another account, or its account resources do not include this
//! one. Every request of the deployment is refused (codes 10000, 9109, 7003).
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
//! account_id = "0123456789abcdef0123456789abcdef"
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
//!         "unknown": { "why": "forbidden", "message": "Authentication error, code 10000" }
//!       },
//!       "kv_namespaces": {
//!         "unknown": { "why": "forbidden", "message": "Authentication error, code 10000" }
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
//! account_id = "0123456789abcdef0123456789abcdef"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": {}, "kv_namespaces": [] }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Compare `account_id` and `CLOUDFLARE_ACCOUNT_ID` with what `wrangler whoami` shows, or include
//! the account in the token's account resources.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/account/find-account-and-zone-ids/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::access::is_closed;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/account-not-visible",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-09"],
    page: include_str!("account_not_visible.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for account in cx.accounts().filter(|account| is_closed(account)) {
        let _ = out
            .nowhere()
            .say(format!("the API token cannot see anything of the account {}", account.id))
            .why("it may be a token of another account: every request of a deployment is refused")
            .help("compare the id with what `wrangler whoami` shows, or include the account in the token");
    }
}
