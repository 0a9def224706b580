//! # Wrangler gets a token and does not use it
//!
//! ## What it checks
//!
//! CI definitions that run Wrangler, `.env` and `.dev.vars` that set `CLOUDFLARE_API_TOKEN`
//! together with `CLOUDFLARE_API_KEY` and `CLOUDFLARE_EMAIL`, or with the old names that begin with
//! `CF_`.
//!
//! ## Why it matters
//!
//! With a key and an email in the environment Wrangler 4.164.0 uses them, and says nothing about
//! the token. The key may do everything that its user may do; the token was made so that the
//! pipeline may do less.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```sh .env
//! CLOUDFLARE_API_TOKEN=the-token
//! CLOUDFLARE_API_KEY=the-key
//! CLOUDFLARE_EMAIL=ops@example.com
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```sh .env
//! CLOUDFLARE_API_TOKEN=the-token
//! ```
//!
//! ## How to fix
//!
//! Remove the key and the email, and roll the key.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/system-environment-variables/>
//! - <https://developers.cloudflare.com/fundamentals/api/get-started/create-token/>

use crate::core::config::credentials::{EMAIL, KEY, TOKEN, settings};
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/token-and-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-10"],
    page: include_str!("token_and_key.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for settings in settings(cx.workspace) {
        let (Some(token), Some(key), Some(_)) =
            (settings.place_of(TOKEN), settings.place_of(KEY), settings.place_of(EMAIL))
        else {
            continue;
        };
        let _ = out
            .in_file(settings.file, key)
            .say(format!("{} sets a token and a key", cx.workspace.file(settings.file).path))
            .label("Wrangler uses the key")
            .see(Place { file: settings.file, span: token }, "and not the token")
            .path(KEY.name)
            .why("the key may do everything that its user may do")
            .help(format!("remove {} and {}, and roll the key", KEY.name, EMAIL.name));
    }
}
