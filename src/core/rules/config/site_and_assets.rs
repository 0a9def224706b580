//! # The Worker has both a site and assets
//!
//! ## What it checks
//!
//! Environments with `assets` of a configuration that has a `site`.
//!
//! ## Why it matters
//!
//! `wrangler deploy` stops: "Cannot use assets and Workers Sites in the same Worker."
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! site = { bucket = "./public" }
//! assets = { directory = "./public" }
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
//! Remove `site`, which is the older of the two, and the code that reads from `__STATIC_CONTENT`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/>

use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/site-and-assets",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-17"],
    page: include_str!("site_and_assets.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let file = cx.service.config.file;
    for environment in cx.environments() {
        let (Some(site), Some(assets)) = (environment.get("site"), environment.get("assets"))
        else {
            continue;
        };
        if site.value().is_falsy() || assets.value().is_falsy() {
            continue;
        }
        let _ = out
            .at(assets.entry.key_span)
            .say("a Worker cannot have both `site` and `assets`")
            .see(Place { file, span: site.entry.key_span }, "Workers Sites")
            .path(assets.path())
            .why("`wrangler deploy` stops")
            .help("remove `site`, and the code that reads from __STATIC_CONTENT")
            .on(&environment);
    }
}
