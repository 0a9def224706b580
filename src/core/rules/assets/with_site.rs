//! # A Worker has assets and a site
//!
//! ## What it checks
//!
//! `assets` beside `site`, the older way to publish files.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `Cannot use assets and Workers Sites in the
//! same Worker`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! site = { bucket = "public" }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Remove `site`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/>

use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/with-site",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-08"],
    page: include_str!("with_site.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let site = environment.get("site").filter(|site| site.value().as_object().is_some());
        let (Some(site), Some(assets)) = (site, environment.get("assets")) else { continue };
        let place = Place { file: cx.service.config.file, span: assets.entry.key_span };
        let _ = out
            .at(site.entry.key_span)
            .say("a Worker cannot have both assets and a site")
            .label("site is here")
            .see(place, "and assets here")
            .path("site")
            .why("Wrangler stops when it deploys")
            .help("remove site, the older of the two")
            .on(&environment);
    }
}
