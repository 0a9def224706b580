//! # Wrangler signs in by an old name
//!
//! ## What it checks
//!
//! CI definitions that run Wrangler, `.env` and `.dev.vars` that set `CF_API_TOKEN`, `CF_API_KEY`,
//! `CF_EMAIL` or `CF_ACCOUNT_ID`, and not the variable that took its place.
//!
//! ## Why it matters
//!
//! Wrangler still reads them, with a warning. Other tools read only the new names.
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
//! CF_API_TOKEN=the-token
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
//! Write `CLOUDFLARE_` in the place of `CF_`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/system-environment-variables/>

use crate::core::config::credentials::{ALL, settings};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/deprecated-variable",
    severity: Severity::Note,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-01"],
    page: include_str!("deprecated_variable.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for settings in settings(cx.workspace) {
        for variable in ALL {
            let set = |wanted: &str| settings.names.iter().find(|(name, _)| *name == wanted);
            let Some((old, span)) = set(variable.old).filter(|_| set(variable.name).is_none())
            else {
                continue;
            };
            let _ = out
                .in_file(settings.file, *span)
                .say(format!("{old} is an old name"))
                .path(*old)
                .why("Wrangler reads it with a warning, other tools do not")
                .help(format!("write {}", variable.name));
        }
    }
}
