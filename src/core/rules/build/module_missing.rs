//! # A module is not there
//!
//! ## What it checks
//!
//! The files that `wasm_modules`, `text_blobs` and `data_blobs` name.
//!
//! ## Why it matters
//!
//! Wrangler reads them when it deploys, and stops, in a dry run too: `A file or directory could not
//! be found`. A Worker in the module format is refused with any of these keys: such a Worker
//! imports the files.
//!
//! Nothing is said where a build may make the file before.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! text_blobs = { TERMS = "terms.txt" }
//! ```
//!
//! ```js src/index.js
//! addEventListener("fetch", (event) => event.respondWith(new Response(TERMS)));
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
//! text_blobs = { TERMS = "terms.txt" }
//! ```
//!
//! ```js src/index.js
//! addEventListener("fetch", (event) => event.respondWith(new Response(TERMS)));
//! ```
//!
//! ```text terms.txt
//! Be kind.
//! ```
//!
//! ## How to fix
//!
//! Correct the path: it counts from the folder of the configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::builds::gravity_of_absence;
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/module-missing",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-10"],
    page: include_str!("module_missing.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (Some(root), Some(top)) = (cx.root(), cx.environments().next()) else { return };
    for key in ["wasm_modules", "text_blobs", "data_blobs"] {
        for module in root.get(key).map(Value::entries).unwrap_or_default() {
            let Some(name) = module.value.as_str().filter(|name| !name.is_empty()) else {
                continue;
            };
            let absent = cx.run.workspace.facts.is_absent(&cx.service.join(name));
            if !absent || placeholder(name).is_some() {
                continue;
            }
            let gravity = gravity_of_absence(cx.run.workspace, &top, name);
            let Some(severity) = gravity else { continue };
            let _ = out
                .at(module.value.span)
                .say(format!("the file {name} does not exist"))
                .path(format!("{key}.{}", module.key))
                .why("Wrangler stops when it deploys")
                .help("correct the path, or build before deploying")
                .severity(severity)
                .everywhere(cx.service);
        }
    }
}
