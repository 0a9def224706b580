//! # A compatibility flag stands twice in its list
//!
//! ## What it checks
//!
//! `compatibility_flags` for the same name again.
//!
//! ## Why it matters
//!
//! Wrangler sends the list as it is. The runtime refuses it: "Compatibility flag specified multiple
//! times" (workerd 1.20261117.1, which does not start with it either).
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["nodejs_compat", "nodejs_compat"]
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
//! Remove the second one.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/>

use crate::core::config::wrangler::compatibility_flags::{Listed, listed};
use crate::core::model::{Edit, Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/repeated-compatibility-flag",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-15"],
    page: include_str!("repeated_compatibility_flag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        let list = listed(&level);
        for (index, Listed { flag, value, path }) in list.iter().enumerate() {
            let first = list[..index].iter().find(|earlier| earlier.flag == *flag);
            let Some(first) = first else { continue };
            let _ = out
                .at(value.span)
                .say(format!("the compatibility flag {flag} stands twice in the list"))
                .label("again")
                .see(
                    Place { file: cx.service.config.file, span: first.value.span },
                    "the first one",
                )
                .path(path)
                .why("the runtime refuses a flag that is specified several times")
                .help("remove the second one")
                .fix(Edit::Remove { path: path.clone() })
                .written_in(&level);
        }
    }
}
