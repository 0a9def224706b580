//! # The account id has the wrong form
//!
//! ## What it checks
//!
//! `account_id` at the top level and in each environment: 32 hexadecimal digits. An empty one is
//! reported by `config/empty-value`.
//!
//! ## Why it matters
//!
//! Every request of the deployment names the account. Cloudflare answers the first one with "Could
//! not route to /client/v4/accounts/…, perhaps your object identifier is invalid?" (code 7003).
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! account_id = "your_account_id"
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
//! account_id = "9a7806061c88ada191ed06f989cc3dac"
//! ```
//!
//! ## How to fix
//!
//! Write the id that `wrangler whoami` shows, or remove the key and set `CLOUDFLARE_ACCOUNT_ID` in
//! the pipeline.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/account/find-account-and-zone-ids/>
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#inheritable-keys>

use crate::core::config::ids::is_hex_32;
use crate::core::config::placeholder::{Placeholder, placeholder};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/account-id-format",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-09"],
    page: include_str!("account_id_format.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        let Some(value) = level.get("account_id") else { continue };
        let Some(id) = value.as_str().filter(|id| !id.is_empty() && !is_hex_32(id)) else {
            continue;
        };
        let draft = out.at(value.span).path(level.path("account_id")).written_in(&level);
        let draft = match placeholder(id) {
            // A tool may replace it before the deployment. Wrangler itself does not.
            Some(Placeholder::Template) => draft
                .say("the account_id is a variable, which Wrangler does not replace")
                .severity(Severity::Warning),
            Some(Placeholder::Blank) => draft.say("the account_id is a placeholder"),
            None => draft.say(format!("the account_id {value} is none")),
        };
        let _ = draft
            .label("not 32 hexadecimal digits")
            .why("Cloudflare answers the first request with: could not route (code 7003)")
            .help("write the id from `wrangler whoami`, or set CLOUDFLARE_ACCOUNT_ID instead");
    }
}
