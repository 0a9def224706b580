//! # The folder of assets is not there
//!
//! ## What it checks
//!
//! `assets.directory`: that a folder stands there.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `The directory specified by the
//! "assets.directory" field in your configuration file does not exist`.
//!
//! A build may make the folder before. Nothing is said where `build.command` is set, which Wrangler
//! runs first, and where the folder is named like what a build makes and a script of `package.json`
//! builds something. It is an error where neither a name nor a script speaks of a build, and a
//! warning or a note in between.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "./sites" }
//! ```
//!
//! ```html site/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "./site" }
//! ```
//!
//! ```html site/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Correct the path: it counts from the folder of the configuration. Or build before deploying.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/>

use crate::core::config::builds::{gravity_of_absence, is_output};
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Kind, PathKind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/folder-missing",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-01"],
    page: include_str!("folder_missing.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages {
        return;
    }
    let facts = &cx.run.workspace.facts;
    for environment in cx.environments() {
        let Some(assets) = environment.get("assets") else { continue };
        let Some(value) = assets.value().get("directory") else { continue };
        let Some(directory) = value.as_str() else { continue };
        let path = cx.service.join(directory);
        let (message, help, severity) = match (directory, facts.kind(&path)) {
            ("", _) => ("assets.directory is empty".into(), "name a folder", Severity::Error),
            (_, Some(PathKind::File { .. })) => (
                format!("{directory} is a file, and must be a folder"),
                "name the folder it is in",
                Severity::Error,
            ),
            (_, None) if facts.is_absent(&path) && placeholder(directory).is_none() => {
                let gravity = gravity_of_absence(cx.run.workspace, &environment, directory);
                let Some(severity) = gravity else { continue };
                (
                    format!("the folder {directory} does not exist"),
                    "correct the path, or build before deploying",
                    if is_output(directory) { Severity::Note } else { severity },
                )
            }
            _ => continue,
        };
        let _ = out
            .at(value.span)
            .say(message)
            .path(format!("{}.directory", assets.path()))
            .why("Wrangler stops when it deploys")
            .help(help)
            .severity(severity)
            .on(&environment);
    }
}
