//! # There is no such compatibility flag
//!
//! ## What it checks
//!
//! The names in `compatibility_flags` against those that workerd 1.20261117.1 knows, the runtime
//! that Wrangler 4.164.0 brings along.
//!
//! It is an error where the name differs from that of a flag in one letter, or in the prefix
//! `experimental:`, which is no longer allowed. Any other name is a warning: it may be younger than
//! this list.
//!
//! ## Why it matters
//!
//! Wrangler does not compare the names (but stops at `experimental:nodejs_compat_v2`). Cloudflare
//! refuses the upload: "No such compatibility flag" (code 10021).
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["nodejs_compatt"]
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
//! Correct the name, or remove the flag.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/>
//! - <https://github.com/cloudflare/workerd/issues/5861>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::compatibility_flags::{
    Listed, WORKERD, flags, listed, switch_of,
};
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/unknown-compatibility-flag",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-15"],
    page: include_str!("unknown_compatibility_flag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for Listed { flag, value, path } in listed(&level) {
            if switch_of(flag).is_some() || placeholder(flag).is_some() {
                continue;
            }
            let draft = out
                .at(value.span)
                .say(format!("there is no compatibility flag {value}"))
                .path(&*path)
                .why("Cloudflare refuses the upload: no such compatibility flag (code 10021)")
                .written_in(&level);
            let _ = match meant(flag) {
                Some((meant, true)) => draft
                    .label(format!("did you mean \"{meant}\"?"))
                    .help(format!("write \"{meant}\""))
                    .fix(Edit::Set { path, value: meant.into() }),
                Some((meant, false)) => draft
                    .severity(Severity::Warning)
                    .label(format!("did you mean \"{meant}\"?"))
                    .help(format!("write \"{meant}\", unless it is newer than workerd {WORKERD}")),
                None => draft
                    .severity(Severity::Warning)
                    .label(format!("not known to workerd {WORKERD}"))
                    .help("correct it or remove it, unless it is newer than that"),
            };
        }
    }
}

/// The flag that was meant, and whether that is certain: up to a single letter, or the prefix that
/// flags once had.
fn meant(typed: &str) -> Option<(&'static str, bool)> {
    let plain = typed.strip_prefix("experimental:").unwrap_or(typed);
    // Flags that differ in their number alone are versions: a newer one is no typing error.
    let digits = |flag: &str| flag.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    let flag = closest(plain, flags()).filter(|flag| digits(flag) == digits(plain))?;
    let letters = |text: &str| text.to_lowercase().replace('-', "_");
    Some((flag, strsim::damerau_levenshtein(&letters(plain), flag) <= 1))
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn typing_errors() {
        for (typed, expected) in [
            ("nodejs_compatt", Some(("nodejs_compat", true))),
            ("nodejs-compat", Some(("nodejs_compat", true))),
            ("experimental:nodejs_compat_v2", Some(("nodejs_compat_v2", true))),
            ("enable_nodejs_tls_module", Some(("enable_nodejs_fs_module", false))),
            ("nodejs_compat_v3", None),
            ("nodejs_process_version_26", None),
            ("brand_new", None),
        ] {
            assert_eq!(meant(typed), expected, "{typed}");
        }
    }
}
