//! # The API token is switched off
//!
//! ## What it checks
//!
//! The status of the token, and the time from which it is valid.
//!
//! ## Why it matters
//!
//! Cloudflare refuses every request with a token that somebody has disabled, or whose time has not
//! begun.
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
//!     { "id": "0123456789abcdef0123456789abcdef", "token": { "status": "disabled" } }
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
//! Ask who switched it off, and why. Then switch it on under My Profile, API Tokens, or make a new
//! one.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/>
//! - <https://developers.cloudflare.com/fundamentals/api/how-to/restrict-tokens/>

use crate::core::model::account::{Part, TokenStatus, day};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/inactive-token",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-04"],
    page: include_str!("inactive_token.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for token in cx.tokens() {
        let fact = match token.not_before {
            _ if token.status == TokenStatus::Disabled => {
                "the API token is switched off".to_owned()
            }
            Some(start) if day(start) > cx.today => {
                format!("the API token is not valid before {}", day(start))
            }
            _ => continue,
        };
        let _ = out
            .nowhere()
            .say(fact)
            .why("Cloudflare refuses every request with it")
            .help("switch it on in the dashboard under API Tokens, or make a new one");
    }
}
