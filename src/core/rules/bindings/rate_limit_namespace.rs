//! # The namespace of a rate limit is not a number
//!
//! ## What it checks
//!
//! `namespace_id` in `ratelimits`: a positive whole number, written as text.
//!
//! ## Why it matters
//!
//! Cloudflare documents that it must be an integer, which you choose and which is unique in your
//! account. Wrangler sends any text. Whether an upload with another one is refused is unconfirmed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[ratelimits]]
//! name = "LOGIN"
//! namespace_id = "login"
//! simple = { limit = 10, period = 60 }
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
//!
//! [[ratelimits]]
//! name = "LOGIN"
//! namespace_id = "1001"
//! simple = { limit = 10, period = 60 }
//! ```
//!
//! ## How to fix
//!
//! Choose a number that no other rate limit of the account uses, such as `"1001"`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/>

use crate::core::config::placeholder::{Placeholder, placeholder};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/rate-limit-namespace",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("rate_limit_namespace.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("ratelimits") {
            let id = binding.value.get("namespace_id").and_then(|id| Some((id, id.as_str()?)));
            let Some((value, id)) = id else { continue };
            let number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
            let positive = id.bytes().any(|byte| byte != b'0');
            if (number && positive) || placeholder(id) == Some(Placeholder::Template) {
                continue;
            }
            let name = binding.name.unwrap_or("a rate limit");
            let _ = out
                .at(value.span)
                .say(format!(
                    "`{name}` has the namespace_id {value}, which is not a positive integer"
                ))
                .label("not an integer")
                .path(format!("{}.namespace_id", binding.path))
                .why("it must be an integer, unique in the account; an upload may be refused")
                .help("choose a number that no other rate limit uses, and write it in quotes")
                .on(&environment);
        }
    }
}
