//! # Two compatibility flags contradict each other
//!
//! ## What it checks
//!
//! The `compatibility_flags` of each environment for a flag and its opposite, and for
//! `nodejs_compat` beside `nodejs_compat_v2`.
//!
//! ## Why it matters
//!
//! Wrangler stops at the last: they "cannot be used in together". It says nothing about the others.
//! The runtime refuses them: "Compatibility flags are mutually contradictory" (workerd
//! 1.20261117.1).
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["nodejs_compat", "no_nodejs_compat"]
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
//! compatibility_flags = ["nodejs_compat"]
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! Keep one of the two.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/>

use crate::core::config::wrangler::compatibility_flags::{Listed, listed, switch_of};
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/conflicting-compatibility-flags",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-15"],
    page: include_str!("conflicting_compatibility_flags.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        let list = listed(&level);
        for (index, Listed { flag, value, path }) in list.iter().enumerate() {
            let first = list[..index].iter().find(|earlier| contradict(earlier.flag, flag));
            let Some(Listed { flag: other, value: first, .. }) = first else { continue };
            let _ = out
                .at(value.span)
                .say(format!("the compatibility flags {other} and {flag} contradict each other"))
                .label(format!("against {other}"))
                .see(Place { file: cx.service.config.file, span: first.span }, "the other one")
                .path(path)
                .why("the deployment is refused")
                .help("keep one of the two")
                .written_in(&level);
        }
    }
}

fn contradict(one: &str, other: &str) -> bool {
    let opposite = switch_of(one).and_then(|switch| switch.opposite_of(one));
    let versions = ["nodejs_compat", "nodejs_compat_v2"];
    opposite == Some(other)
        || (one != other && versions.contains(&one) && versions.contains(&other))
}
