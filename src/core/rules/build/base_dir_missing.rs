//! # The folder of additional modules is not there
//!
//! ## What it checks
//!
//! `base_dir`, where Wrangler looks for modules in it (`no_bundle` or `find_additional_modules`):
//! that a folder stands there.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `A file or directory could not be found`.
//! Nothing is said where a build may make the folder before.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! no_bundle = true
//! base_dir = "sources"
//! ```
//!
//! ```js src/index.js
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ```json package.json
//! { "name": "shop", "private": true }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! no_bundle = true
//! base_dir = "src"
//! ```
//!
//! ```js src/index.js
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ## How to fix
//!
//! Correct the path: it counts from the folder of the configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/bundling/>

use crate::core::config::builds::gravity_of_absence;
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/base-dir-missing",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-10"],
    page: include_str!("base_dir_missing.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let is_on =
            |key: &str| environment.get(key).is_some_and(|on| on.value().as_bool() == Some(true));
        let Some(base) = environment.get("base_dir") else { continue };
        let Some(folder) = base.value().as_str().filter(|folder| !folder.is_empty()) else {
            continue;
        };
        let absent = cx.run.workspace.facts.is_absent(&cx.service.join(folder));
        let looked_in = is_on("no_bundle") || is_on("find_additional_modules");
        if !absent || !looked_in || placeholder(folder).is_some() {
            continue;
        }
        let gravity = gravity_of_absence(cx.run.workspace, &environment, folder);
        let Some(severity) = gravity else { continue };
        let _ = out
            .at(base.value().span)
            .say(format!("the folder {folder} does not exist"))
            .path(base.path())
            .why("Wrangler looks for modules in it, and stops")
            .help("correct the path, or build before deploying")
            .severity(severity)
            .on(&environment);
    }
}
