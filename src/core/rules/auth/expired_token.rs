//! # The API token has expired
//!
//! ## What it checks
//!
//! The status of the token, and the day on which it ends.
//!
//! ## Why it matters
//!
//! Every request of the deployment is refused: `Invalid API Token` (code 1000).
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
//!       "token": { "status": "expired", "expires_on": "2026-11-01T00:00:00Z" }
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
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "token": { "status": "active", "expires_on": "2027-11-01T00:00:00Z" }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Make a new token, or roll the old one with a later end, and put it into the secrets of the
//! pipeline.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/>
//! - <https://developers.cloudflare.com/fundamentals/api/how-to/roll-token/>

use crate::core::model::account::{Part, TokenStatus};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/expired-token",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-04"],
    page: include_str!("expired_token.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for token in cx.tokens() {
        let fact = match token.last_day() {
            Some(day) if day < cx.today => format!("the API token expired on {day}"),
            _ if token.status == TokenStatus::Expired => "the API token has expired".to_owned(),
            _ => continue,
        };
        let _ = out
            .nowhere()
            .say(fact)
            .why("every request is refused: Invalid API Token (code 1000)")
            .help("make a new one and replace CLOUDFLARE_API_TOKEN");
    }
}
