//! # The folder of the build command is not there
//!
//! ## What it checks
//!
//! `build.cwd`, where there is a `build.command`: that a folder stands there.
//!
//! ## Why it matters
//!
//! The command cannot be started, and Wrangler stops, in a dry run too. What it says hides the
//! reason: `spawn /bin/sh ENOENT`.
//!
//! The path counts from the folder in which Wrangler is started, which need not be that of the
//! configuration. So it is an error only in the root, and a warning elsewhere.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "built/index.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! build = { command = "npm run build", cwd = "worker" }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "built/index.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! build = { command = "npm run build" }
//! ```
//!
//! ## How to fix
//!
//! Correct the path, or remove `cwd`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/custom-builds/>

use crate::core::config::builds::is_output;
use crate::core::config::placeholder::placeholder;
use crate::core::model::{PathKind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/cwd-missing",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["BLD-03"],
    page: include_str!("cwd_missing.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let facts = &cx.run.workspace.facts;
    for environment in cx.environments() {
        let Some(build) = environment.get("build") else { continue };
        let command = build.value().get("command").filter(|command| !command.is_falsy());
        let Some(cwd) = build.value().get("cwd").filter(|_| command.is_some()) else { continue };
        let Some(folder) = cwd.as_str().filter(|folder| !folder.is_empty()) else { continue };
        let path = cx.service.join(folder);
        let what = match facts.kind(&path) {
            Some(PathKind::Folder) => continue,
            Some(PathKind::File { .. }) => "is a file, and must be a folder",
            None if !facts.is_absent(&path) || is_output(folder) => continue,
            None => "does not exist",
        };
        if placeholder(folder).is_some() {
            continue;
        }
        let _ = out
            .at(cwd.span)
            .say(format!("the folder {folder} {what}"))
            .path(format!("{}.cwd", build.path()))
            .why("the build command cannot be started there, and Wrangler stops")
            .help("correct the path, or remove cwd")
            .severity(match cx.service.folder.is_empty() {
                true => Severity::Error,
                false => Severity::Warning,
            })
            .on(&environment);
    }
}
