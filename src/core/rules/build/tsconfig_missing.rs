//! # The tsconfig is not there
//!
//! ## What it checks
//!
//! `tsconfig`: that a file stands there.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `Cannot find tsconfig file`. Also where the
//! Worker has no line of TypeScript.
//!
//! Nothing is said where a build may make the file before.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! tsconfig = "tsconfig.worker.json"
//! ```
//!
//! ```ts src/index.ts
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
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! tsconfig = "tsconfig.json"
//! ```
//!
//! ```ts src/index.ts
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ```json tsconfig.json
//! { "compilerOptions": { "strict": true } }
//! ```
//!
//! ## How to fix
//!
//! Correct the path: it counts from the folder of the configuration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::builds::{gravity_of_absence, is_output};
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/tsconfig-missing",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-10"],
    page: include_str!("tsconfig_missing.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(tsconfig) = environment.get("tsconfig") else { continue };
        let Some(name) = tsconfig.value().as_str().filter(|name| !name.is_empty()) else {
            continue;
        };
        let absent = cx.run.workspace.facts.is_absent(&cx.service.join(name));
        if !absent || is_output(name) || placeholder(name).is_some() {
            continue;
        }
        let gravity = gravity_of_absence(cx.run.workspace, &environment, name);
        let Some(severity) = gravity else { continue };
        let _ = out
            .at(tsconfig.value().span)
            .say(format!("the file {name} does not exist"))
            .path(tsconfig.path())
            .why("Wrangler stops when it deploys")
            .help("correct the path, or remove tsconfig")
            .severity(severity)
            .on(&environment);
    }
}
