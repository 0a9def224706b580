//! # The API token expires soon
//!
//! ## What it checks
//!
//! The day on which the token ends, if that is within 14 days.
//!
//! ## Why it matters
//!
//! The first deployment after that day fails, and so does a rollback, which is when nobody has the
//! time to make a new token.
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
//!       "token": { "status": "active", "expires_on": "2026-11-24T00:00:00Z" }
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
//! Roll the token with a later end, and put the new value into the secrets of the pipeline.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/>
//! - <https://developers.cloudflare.com/fundamentals/api/how-to/roll-token/>

use crate::core::model::account::{Part, TokenStatus};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/token-expires-soon",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-04"],
    page: include_str!("token_expires_soon.rs"),
    check: Check::Workspace(check),
};

/// How many days before its end a token is worth a word.
const SOON: i32 = 14;

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for token in cx.tokens().filter(|token| token.status == TokenStatus::Active) {
        let Some(last) = token.last_day().filter(|last| *last >= cx.today) else { continue };
        let left = (last - cx.today).get_days();
        if left > SOON {
            continue;
        }
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        };
        let _ = out
            .nowhere()
            .say(format!("the API token expires {when}, on {last}"))
            .why("after that every deployment and every rollback fails")
            .help("roll it with a later end and replace CLOUDFLARE_API_TOKEN");
    }
}
