//! # An R2 bucket lies in another jurisdiction
//!
//! ## What it checks
//!
//! The `jurisdiction` of R2 bindings: where the account has no bucket of that name in it, whether
//! it has one in another.
//!
//! ## Why it matters
//!
//! Each jurisdiction has its own buckets, so a bucket looks absent from all others. Wrangler
//! creates a new, empty one of the same name where it looked, and the Worker works on that.
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "r2": { "enabled": true, "buckets": { "default": [], "eu": ["shop-images"] } }
//!     }
//!   ]
//! }
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
//! [[r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
//! jurisdiction = "eu"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "r2": { "enabled": true, "buckets": { "default": [], "eu": ["shop-images"] } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the jurisdiction that the bucket was created with.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/r2/reference/data-location/#jurisdictional-restrictions>

use crate::core::model::account::{DEFAULT_JURISDICTION, Part, Seen};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::jurisdiction;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/elsewhere",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::R2Buckets]),
    catalogue: &["R2-03"],
    page: include_str!("elsewhere.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(r2) = account.r2.known().filter(|r2| r2.enabled) else { continue };
        for binding in environment.bindings_of("r2_buckets") {
            let Some(name) = binding.id else { continue };
            let wanted = jurisdiction(&binding);
            let Some(Seen::Known(buckets)) = r2.buckets.get(wanted) else { continue };
            let actual = r2.jurisdiction_of(name).filter(|actual| *actual != wanted);
            let Some(actual) = actual.filter(|_| !buckets.iter().any(|known| known == name)) else {
                continue;
            };
            let help = match actual {
                DEFAULT_JURISDICTION => "remove jurisdiction from the binding".to_owned(),
                actual => format!("write jurisdiction = \"{actual}\""),
            };
            let place = binding.value.get("jurisdiction").or(binding.value.get("bucket_name"));
            let _ = out
                .at(place.unwrap_or(binding.value).span)
                .say(format!(
                    "the R2 bucket {name} has the jurisdiction {actual}, and the binding looks in {wanted}"
                ))
                .label("not here")
                .path(format!("{}.jurisdiction", binding.path))
                .why("a deployment creates a new, empty bucket of that name where it looked")
                .help(help)
                .on(&environment);
        }
    }
}
