//! # The API token has characters that no header can carry
//!
//! ## What it checks
//!
//! The characters of the API token, before anything is sent: spaces, line breaks, quotes and
//! anything beyond ASCII.
//!
//! ## Why it matters
//!
//! Wrangler refuses to send such a token. Most often a line break, a pair of quotes or the word
//! `Bearer` came along when it was copied into the secrets of the pipeline.
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
//!     { "id": "0123456789abcdef0123456789abcdef", "token": { "status": "malformed" } }
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
//! Copy the token again, alone: `printf %s "$TOKEN" | gh secret set CLOUDFLARE_API_TOKEN` adds
//! nothing to it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/>
//! - <https://developers.cloudflare.com/fundamentals/api/get-started/create-token/>

use crate::core::model::account::{Part, TokenStatus};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/malformed-token",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-02"],
    page: include_str!("malformed_token.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for token in cx.tokens() {
        if token.status == TokenStatus::Malformed {
            let _ = out
                .nowhere()
                .say("the API token has characters that no HTTP header can carry")
                .why("Wrangler refuses to send it")
                .help("copy it again without quotes, spaces, line breaks or the word Bearer");
        }
    }
}
