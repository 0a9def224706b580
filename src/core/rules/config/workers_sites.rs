//! # The site is served in an outdated way
//!
//! ## What it checks
//!
//! The key `site`, with which Workers Sites keep the files of a site in a KV namespace.
//!
//! ## Why it matters
//!
//! Cloudflare calls Workers Sites deprecated and asks not to use it for new projects. The files are
//! written into KV one by one with every deployment, and each request pays for reading them. Static
//! assets replace it: they are uploaded with the version, roll back with it, and cost nothing to
//! serve.
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
//! Write the folder into `assets.directory` and remove `site`, together with the code that reads
//! from `__STATIC_CONTENT`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/sites/>
//! - <https://developers.cloudflare.com/workers/static-assets/>

use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/workers-sites",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-17"],
    page: include_str!("workers_sites.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(site) = cx.root().and_then(|root| root.entry("site")) else { return };
    // A Pages project must not have the key at all.
    if site.value.is_falsy() || cx.service.kind == Kind::Pages {
        return;
    }
    let _ = out
        .at(site.key_span)
        .say("`site` is deprecated: static assets replace Workers Sites")
        .path("site")
        .why("every deployment writes the files into KV, where they do not roll back with the code")
        .help("write assets = { directory = \"…\" }, and serve from there")
        .everywhere(cx.service);
}
