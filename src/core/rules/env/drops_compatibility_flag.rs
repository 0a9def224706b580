//! # An environment drops a compatibility flag
//!
//! ## What it checks
//!
//! Environments with `compatibility_flags` of their own that lack a flag of the top level, and do
//! not have its opposite either.
//!
//! ## Why it matters
//!
//! The list of an environment replaces that of the top level; the two are not merged. An
//! environment that was given one more flag has lost all others, such as `nodejs_compat`, and its
//! code fails to build or behaves in another way than it was tested.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["nodejs_compat"]
//! workers_dev = false
//! preview_urls = false
//!
//! [env.staging]
//! compatibility_flags = ["global_fetch_strictly_public"]
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
//!
//! [env.staging]
//! compatibility_flags = ["nodejs_compat", "global_fetch_strictly_public"]
//! ```
//!
//! ## How to fix
//!
//! Repeat the flag in the environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::compatibility_flags::switch_of;
use crate::core::model::{Edit, Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/drops-compatibility-flag",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-04"],
    page: include_str!("drops_compatibility_flag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let flags = cx.root().and_then(|root| root.get("compatibility_flags"));
    for environment in cx.environments().filter(|environment| !environment.is_top()) {
        let Some(own) = environment.own().entry("compatibility_flags") else { continue };
        let Some(here) = own.value.as_array() else { continue };
        for value in flags.map(Value::items).unwrap_or_default() {
            let Some(flag) = value.as_str() else { continue };
            let decided = |other: &str| {
                other == flag || switch_of(flag).is_some_and(|switch| switch.is_set_by(other))
            };
            if here.iter().filter_map(Value::as_str).any(decided) || replaced(flag, here) {
                continue;
            }
            let path = environment.path("compatibility_flags");
            let _ = out
                .at(own.key_span)
                .say(format!("`{path}` drops the flag {flag}"))
                .label(format!("{flag} is missing here"))
                .see(
                    Place { file: cx.service.config.file, span: value.span },
                    "the top level has it",
                )
                .why("the list replaces that of the top level; the two are not merged")
                .help(format!("add \"{flag}\" to {path}"))
                .fix(Edit::Append { path: path.clone(), value: flag.into() })
                .path(path)
                .on(&environment);
        }
    }
}

/// The two flags of Node.js exclude each other, and one takes the place of the other.
fn replaced(flag: &str, here: &[Value]) -> bool {
    let node = ["nodejs_compat", "nodejs_compat_v2"];
    node.contains(&flag) && here.iter().filter_map(Value::as_str).any(|other| node.contains(&other))
}
