//! # A key that may change at any time
//!
//! ## What it checks
//!
//! The keys that Wrangler calls experimental: `unsafe`, and the local S3 credentials of R2
//! bindings.
//!
//! ## Why it matters
//!
//! They may change or break with any version of Wrangler, so pin Wrangler where you use them.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[unsafe.bindings]]
//! name = "LIMITER"
//! type = "ratelimit"
//! namespace_id = "1001"
//! simple = { limit = 10, period = 60 }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[ratelimits]]
//! name = "LIMITER"
//! namespace_id = "1001"
//! simple = { limit = 10, period = 60 }
//! ```
//!
//! ## How to fix
//!
//! Use the supported key where there is one, and pin Wrangler to an exact version where there is
//! none.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::Value;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/experimental-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("experimental_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let at_top = cx.root().is_some_and(|root| root.get("unsafe").is_some());
    for level in cx.levels() {
        let unsafe_key = level.entry("unsafe").filter(|_| level.environment.is_none() || !at_top);
        if let Some(entry) = unsafe_key {
            let _ = out
                .at(entry.key_span)
                .say("`unsafe` is experimental and may change or break at any time")
                .path(level.path("unsafe"))
                .help(
                    "pin Wrangler to an exact version, and use a supported key where there is one",
                )
                .written_in(&level);
        }
        for (value, path) in level.with_previews("r2_buckets") {
            for (index, bucket) in value.items().iter().enumerate() {
                let local = bucket.get("local_dev").and_then(Value::as_object);
                if let Some(entry) =
                    local.and_then(|local| local.entry("experimental_s3_credentials"))
                {
                    let _ = out
                        .at(entry.key_span)
                        .say("`local_dev.experimental_s3_credentials` is experimental and may change or break at any time")
                        .path(format!("{path}[{index}].local_dev.experimental_s3_credentials"))
                        .help("pin Wrangler to an exact version")
                        .written_in(&level);
                }
            }
        }
    }
}
