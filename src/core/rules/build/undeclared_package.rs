//! # The code imports a package that no manifest declares
//!
//! ## What it checks
//!
//! Imports of packages, from the entry point on: that a `package.json` in or above the folder of the file
//! names them, or that they are installed. Left alone: names that `alias` or the `paths` of
//! `tsconfig.json` are for, imports of types, imports that a `try` surrounds, and projects without any
//! `package.json`.
//!
//! ## Why it matters
//!
//! Wrangler stops where the package is not installed: `Could not resolve "hono"`. It may work on a
//! developer's machine, where another package has brought it along.
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
//! import { Hono } from "hono";
//!
//! const app = new Hono();
//! app.get("/", (c) => c.text("Hello\n"));
//! export default app;
//! ```
//!
//! ```json package.json
//! { "private": true, "dependencies": {  }, "devDependencies": { "wrangler": "4.164.0" } }
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
//! import { Hono } from "hono";
//!
//! const app = new Hono();
//! app.get("/", (c) => c.text("Hello\n"));
//! export default app;
//! ```
//!
//! ```json package.json
//! { "private": true, "dependencies": { "hono": "4.12.0" }, "devDependencies": { "wrangler": "4.164.0" } }
//! ```
//!
//! ## How to fix
//!
//! Add the package to `dependencies`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/bundling/>

use std::collections::BTreeSet;

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::{Kind, Specifier};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/undeclared-package",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["BLD-02"],
    page: include_str!("undeclared_package.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.bundled(&environment) else { continue };
        let mut told = BTreeSet::new();
        for import in facts.undeclared.iter().filter(|import| import.kind != Kind::Tried) {
            let Specifier::Package(package) = Specifier::of(&import.specifier) else { continue };
            if !told.insert(package.name) {
                continue;
            }
            let _ = out
                .in_file(import.place.file, import.place.span)
                .say(format!("no package.json declares the package {}", package.name))
                .path("main")
                .why("where it is not installed, Wrangler cannot resolve it, and stops")
                .help(format!("npm install {}", package.name))
                .on(&environment);
        }
    }
}
