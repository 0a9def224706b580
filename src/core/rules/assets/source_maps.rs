//! # Source maps become public
//!
//! ## What it checks
//!
//! Source maps of scripts and styles in the folder of static assets, after its `.assetsignore`.
//!
//! ## Why it matters
//!
//! A source map holds the code as it was written, with its comments. Wrangler uploads it with the
//! rest and says nothing, and anybody can read it. `upload_source_maps` is for the Worker's own
//! code and has no say here.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! ```
//!
//! ```text public/shop.js.map
//! {"version":3,"sources":["shop.ts"],"mappings":""}
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! ```
//!
//! ```text public/.assetsignore
//! *.map
//! ```
//!
//! ```text public/shop.js.map
//! {"version":3,"sources":["shop.ts"],"mappings":""}
//! ```
//!
//! ## How to fix
//!
//! Write `*.map` into the `.assetsignore` of the folder. If the source is public anyway, ignore
//! this finding.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/#ignoring-assets>

use crate::core::config::wrangler::assets::{Upload, few};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/source-maps",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-06"],
    page: include_str!("source_maps.rs"),
    check: Check::Service(check),
};

const ENDINGS: [&str; 4] = [".cjs.map", ".css.map", ".js.map", ".mjs.map"];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        let maps = upload.files(|asset| ENDINGS.iter().any(|ending| asset.path.ends_with(ending)));
        let maps: Vec<&str> = maps.map(|asset| &*asset.path).collect();
        if maps.is_empty() {
            continue;
        }
        let _ = out
            .at(upload.span)
            .say(format!("{} publishes the source map {}", upload.directory, few(&maps)))
            .path(&*upload.path)
            .why("a source map holds the code as it was written, and anybody can read it")
            .help(format!(
                "write *.map into {}/.assetsignore",
                upload.directory.trim_end_matches('/')
            ))
            .on(&environment);
    }
}
