//! # Files of the project become public
//!
//! ## What it checks
//!
//! What the folder of static assets would publish, after its `.assetsignore`, and that belongs to
//! the project and not to its site: Wrangler's configuration, `package.json` and lock files,
//! `node_modules`, `.wrangler`, `.npmrc`, SQL, certificates and keys.
//!
//! ## Why it matters
//!
//! It mostly means that the root of the project is the folder of assets. Wrangler uploads every
//! file in it and says nothing. Then anybody can read the code of the Worker, the ids of its
//! resources, the schema of its database and the versions of what it depends on.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "." }
//! ```
//!
//! ```html index.html
//! <h1>Shop</h1>
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
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Put what is public into a folder of its own, or name the rest in a `.assetsignore`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/#ignoring-assets>

use crate::core::config::discover::NAMES;
use crate::core::config::wrangler::assets::{Upload, few};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/publishes-project-files",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-05"],
    page: include_str!("publishes_project_files.rs"),
    check: Check::Service(check),
};

/// Files and folders, at any depth.
const ANYWHERE: [&str; 4] = [".npmrc", ".wrangler", ".yarnrc.yml", "node_modules"];

/// Files in the folder itself.
const ON_TOP: [&str; 7] = [
    "bun.lock",
    "bun.lockb",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "tsconfig.json",
    "yarn.lock",
];

/// Ends of names.
const ENDINGS: [&str; 6] = [".jks", ".key", ".p12", ".pem", ".pfx", ".sql"];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        let mut found: Vec<&str> = Vec::new();
        for asset in upload.files(|asset| of_project(&asset.path).is_some()) {
            // One folder is one thing, however much is in it.
            if let Some(thing) = of_project(&asset.path)
                && found.last() != Some(&thing)
            {
                found.push(thing);
            }
        }
        if found.is_empty() {
            continue;
        }
        let _ = out
            .at(upload.span)
            .say(format!("{} publishes {}", upload.directory, few(&found)))
            .label("everything in it becomes public")
            .path(&*upload.path)
            .why("Wrangler uploads every file that .assetsignore does not name, and each is served")
            .help("put what is public into a folder of its own, or write a .assetsignore")
            .on(&environment);
    }
}

/// The part of a path that belongs to the project: the file, or the folder above it.
fn of_project(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        if ANYWHERE.contains(&part) {
            return Some(&path[..end]);
        }
        end += 1;
    }
    let on_top = ON_TOP.contains(&path) || NAMES.contains(&path);
    let well_known = path.starts_with(".well-known/");
    (on_top || !well_known && ENDINGS.iter().any(|ending| path.ends_with(ending))).then_some(path)
}
