//! # Cloudflare does not know the API token
//!
//! ## What it checks
//!
//! Whether Cloudflare knows the token, as a token of a user or of the account.
//!
//! ## Why it matters
//!
//! Every request of the deployment is refused: `Invalid API Token` (code 1000), or for what has not
//! the form of a token `Invalid request headers` (code 6003). Tokens that were deleted or rolled
//! are not known any more.
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
//!     { "id": "0123456789abcdef0123456789abcdef", "token": { "status": "invalid" } }
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
//! Make a new token, and put it into the secrets of the pipeline.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/>
//! - <https://developers.cloudflare.com/fundamentals/api/how-to/roll-token/>

use crate::core::model::account::{Part, TokenStatus};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/invalid-token",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-03", "AUTH-04"],
    page: include_str!("invalid_token.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for token in cx.tokens() {
        if token.status == TokenStatus::Invalid {
            let _ = out
                .nowhere()
                .say("Cloudflare does not know the API token")
                .why("every request is refused: Invalid API Token (code 1000)")
                .help("it may have been deleted or rolled: make a new one and replace CLOUDFLARE_API_TOKEN");
        }
    }
}
