//! # One R2 bucket has two jurisdictions
//!
//! ## What it checks
//!
//! Bindings to the same bucket with a different `jurisdiction`, or with one and without, in any
//! environment of any service of the repository.
//!
//! ## Why it matters
//!
//! Each jurisdiction has its own buckets, so the same name in two of them is two buckets, and a
//! bucket that exists in one looks absent in the other. Wrangler then creates an empty one of that
//! name where it looked.
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
//! jurisdiction = "eu"
//!
//! [env.staging]
//! workers_dev = true
//! routes = []
//!
//! [[env.staging.r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images"
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
//!
//! [env.staging]
//! workers_dev = true
//! routes = []
//!
//! [[env.staging.r2_buckets]]
//! binding = "IMAGES"
//! bucket_name = "shop-images-staging"
//! jurisdiction = "eu"
//! ```
//!
//! ## How to fix
//!
//! Write the `jurisdiction` that the bucket was created with, and remove it where it was created
//! without.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/r2/reference/data-location/>

use crate::core::config::placeholder::placeholder;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "r2/jurisdiction",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["R2-03"],
    page: include_str!("jurisdiction.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("r2_buckets") {
            let Some(id) = binding.id.filter(|id| placeholder(id).is_none()) else { continue };
            // Where the account has the bucket, `r2/elsewhere` knows where it lies.
            let account = cx.run.account(&environment);
            let r2 = account.and_then(|account| account.r2.known());
            if r2.is_some_and(|r2| r2.jurisdiction_of(id).is_some()) {
                continue;
            }
            let jurisdiction = |value: &Value| {
                let text = value.get("jurisdiction").and_then(Value::as_str);
                text.filter(|text| !text.is_empty()).map(str::to_owned)
            };
            let Some(first) = cx.run.fleet.bucket(id).first() else { continue };
            let (here, there) = (jurisdiction(binding.value), jurisdiction(first.value));
            if here == there {
                continue;
            }
            let words = |jurisdiction: Option<String>| jurisdiction.unwrap_or("none".into());
            let place = binding.value.get("jurisdiction").or(binding.value.get("bucket_name"));
            let file = first.environment.service.config.file;
            let _ = out
                .at(place.map_or(binding.value.span, |value| value.span))
                .say(format!(
                    "the bucket {id} has the jurisdiction {} here, and {} elsewhere",
                    words(here),
                    words(there)
                ))
                .see(Place { file, span: first.value.span }, "the other binding")
                .path(format!("{}.jurisdiction", binding.path))
                .why("a bucket is found only in its own jurisdiction: one of the two is wrong")
                .help("write the jurisdiction that the bucket was created with")
                .on(&environment);
        }
    }
}
