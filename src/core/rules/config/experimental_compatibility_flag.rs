//! # A compatibility flag is only for Cloudflare's own tests
//!
//! ## What it checks
//!
//! The names in `compatibility_flags` for those that workerd 1.20261117.1 calls experimental.
//!
//! ## Why it matters
//!
//! The source of workerd says about these flags that Workers on Cloudflare cannot have them, except
//! in test accounts of Cloudflare's own people. What Cloudflare answers to an upload was not
//! recorded, and a flag may have left this state since: so this is a warning. `wrangler dev` runs
//! with such flags, so that nobody notices before the deployment.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["durable_object_get_existing"]
//! workers_dev = false
//! preview_urls = false
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
//! ## How to fix
//!
//! Remove the flag, and what depends on it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/#experimental-flags>

use crate::core::config::wrangler::compatibility_flags::{Listed, WORKERD, listed, switch_of};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/experimental-compatibility-flag",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-15"],
    page: include_str!("experimental_compatibility_flag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for Listed { flag, value, path } in listed(&level) {
            if switch_of(flag).is_some_and(|switch| switch.experimental && switch.on == flag) {
                let _ = out
                    .at(value.span)
                    .say(format!("the compatibility flag {flag} is experimental"))
                    .label(format!("so says workerd {WORKERD}"))
                    .path(path)
                    .why("only test accounts of Cloudflare can deploy with it")
                    .help("remove it, and what depends on it")
                    .written_in(&level);
            }
        }
    }
}
