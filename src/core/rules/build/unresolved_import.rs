//! # The code imports a file that is not there
//!
//! ## What it checks
//!
//! Relative imports, from the entry point on, by the rules of esbuild: endings, `index` files, `./x.js`
//! for `x.ts`. Left alone: imports of types alone, imports that a `try` surrounds, files that git
//! ignores or that are named like generated ones, and everything where `build.command` runs first.
//!
//! ## Why it matters
//!
//! Wrangler stops: `Could not resolve "./greet"`. On a developer's machine the file may be there, and
//! never have been committed.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```ts src/index.ts
//! import { greet } from "./greet";
//!
//! export default {
//!   async fetch() {
//!     return new Response(greet());
//!   },
//! };
//! ```
//!
//! ```ts src/greeting.ts
//! export const greet = () => "Hello\n";
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```ts src/index.ts
//! import { greet } from "./greet";
//!
//! export default {
//!   async fetch() {
//!     return new Response(greet());
//!   },
//! };
//! ```
//!
//! ```ts src/greet.ts
//! export const greet = () => "Hello\n";
//! ```
//!
//! ## How to fix
//!
//! Correct the path, or commit the file. Mind capitals: they count on Linux.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/bundling/>

use crate::core::config::builds::Maker;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::Kind;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/unresolved-import",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["BLD-02"],
    page: include_str!("unresolved_import.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.bundled(&environment) else { continue };
        let list = facts.unresolved.iter().filter(|import| import.kind != Kind::Tried);
        for import in list {
            let severity = match Maker::of(cx.run.workspace, &environment) {
                Maker::Certain => continue,
                // A script may write it first.
                Maker::Script => Severity::Warning,
                Maker::Nobody | Maker::Unknown => Severity::Error,
            };
            let _ = out
                .in_file(import.place.file, import.place.span)
                .say(format!("the import {} leads to no file", import.specifier))
                .severity(severity)
                .path("main")
                .why("Wrangler cannot resolve it, and stops")
                .help("correct the path, or commit the file")
                .on(&environment);
        }
    }
}
