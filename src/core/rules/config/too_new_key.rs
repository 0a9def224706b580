//! # A key that the pinned Wrangler does not know yet
//!
//! ## What it checks
//!
//! Each key against the version of Wrangler that the project pins in its lock file or
//! `package.json`.
//!
//! ## Why it matters
//!
//! An older Wrangler warns about a key that it does not know, and goes on as if it were not there.
//!
//! ## Example
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! # package-lock.json pins wrangler 4.20.0
//! [[ratelimits]]
//! name = "LIMITER"
//! namespace_id = "1001"
//! simple = { limit = 10, period = 60 }
//! ```
//!
//! ## How to fix
//!
//! Update Wrangler to the version that the message names, or later.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/blob/main/packages/wrangler/CHANGELOG.md>

use crate::core::config::wrangler::versions::too_new;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/too-new-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-19"],
    page: include_str!("too_new_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(wrangler) = cx.run.workspace.wrangler_of(cx.service) else { return };
    let pinned = &wrangler.version;
    let version = (pinned.major, pinned.minor, pinned.patch);
    for environment in cx.environments() {
        for key in too_new(&environment, version) {
            let (major, minor, patch) = key.since;
            let _ = out
                .at(key.span)
                .say(format!("Wrangler {pinned} does not know `{}`", key.path))
                .label(format!("came with {major}.{minor}.{patch}"))
                .path(key.path)
                .why(format!("{} pins {pinned}, which warns and ignores the key", wrangler.source))
                .help(format!("update Wrangler to {major}.{minor}.{patch} or later"))
                .refused_in(&environment);
        }
    }
}
