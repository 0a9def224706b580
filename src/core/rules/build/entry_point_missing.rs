//! # The file of the Worker is not there
//!
//! ## What it checks
//!
//! `main`, and `site.entry-point`: that a file stands there. Without an ending Wrangler tries
//! `.ts`, `.tsx`, `.js` and `.jsx`. Names of packages, which build tools understand, are passed
//! over.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `The entry-point file at "src/index.ts" was
//! not found`.
//!
//! A build may make the file before. Nothing is said where `build.command` is set, which Wrangler
//! runs first, and where the file is named like what a build makes and a script of `package.json`
//! builds something. It is an error where the folder is there and no name or script speaks of a
//! build. Otherwise it is a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "worker.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! ```
//!
//! ```json package.json
//! { "name": "shop", "private": true }
//! ```
//!
//! ```js src/worker.js
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/worker.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! ```
//!
//! ```json package.json
//! { "name": "shop", "private": true }
//! ```
//!
//! ```js src/worker.js
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ## How to fix
//!
//! Correct the path: it counts from the folder of the configuration. Or build before deploying.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::builds::gravity_of_absence;
use crate::core::config::placeholder::placeholder;
use crate::core::config::wanted::{entry_points, site_entry_point};
use crate::core::config::wrangler::Environment;
use crate::core::model::path::parent;
use crate::core::model::{Entry, Kind, PathKind, Service, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/entry-point-missing",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-10"],
    page: include_str!("entry_point_missing.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages {
        return;
    }
    let facts = &cx.run.workspace.facts;
    for environment in cx.environments() {
        let Some(EntryPoint { entry, path, name, files }) = EntryPoint::of(&environment) else {
            continue;
        };
        let files: Vec<String> = files.iter().map(|file| cx.service.join(file)).collect();
        if placeholder(name).is_some() || !files.iter().all(|file| facts.is_absent(file)) {
            continue;
        }
        let (message, help, severity) = match facts.kind(&cx.service.join(name)) {
            Some(PathKind::Folder) => (
                format!("{name} is a folder, and must be a file"),
                "name the file in it",
                Severity::Error,
            ),
            _ => {
                let gravity = gravity_of_absence(cx.run.workspace, &environment, name);
                let Some(severity) = gravity.filter(|_| !is_package(name)) else { continue };
                (
                    format!("the file {name} does not exist"),
                    "correct the path, or build before deploying",
                    if is_in_known_folder(cx, name) { severity } else { Severity::Warning },
                )
            }
        };
        let _ = out
            .at(entry.value.span)
            .say(message)
            .path(path)
            .why("Wrangler stops when it deploys")
            .help(help)
            .severity(severity)
            .on(&environment);
    }
}

/// What Wrangler takes for the file of a Worker.
struct EntryPoint<'a> {
    entry: &'a Entry,
    path: String,
    name: &'a str,
    /// One of these has to be there.
    files: Vec<String>,
}

impl<'a> EntryPoint<'a> {
    fn of(environment: &Environment<'a>) -> Option<Self> {
        if let Some(main) = environment.get("main") {
            let name = main.value().as_str().filter(|name| !name.is_empty())?;
            return Some(Self {
                entry: main.entry,
                path: main.path(),
                name,
                files: entry_points(name),
            });
        }
        let site = environment.get("site")?.value().as_object()?;
        let entry = site.entry("entry-point")?;
        let name = entry.value.as_str().filter(|name| !name.is_empty())?;
        let files = vec![site_entry_point(name)];
        Some(Self { entry, path: "site.entry-point".into(), name, files })
    }
}

/// Whether this could be the name of a module that a build tool finds: `@scope/name/entry`,
/// `virtual:entry`.
fn is_package(name: &str) -> bool {
    let has_ending = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    name.starts_with('@') || name.contains(':') || !name.starts_with(['.', '/']) && !has_ending
}

/// Whether the folder of a file is known to be there: it is that of the configuration.
fn is_in_known_folder(cx: &ServiceContext<'_>, name: &str) -> bool {
    let path = Service::join(cx.service, name);
    let folder = parent(&path);
    let facts = &cx.run.workspace.facts;
    *folder == *cx.service.folder || facts.kind(folder) == Some(PathKind::Folder)
}
