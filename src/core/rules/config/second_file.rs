//! # Two configurations stand side by side
//!
//! ## What it checks
//!
//! Folders with more than one of `wrangler.json`, `wrangler.jsonc` and `wrangler.toml`.
//!
//! ## Why it matters
//!
//! Wrangler reads the first of the three, in this order, and never looks at the others. Edits to
//! the wrong one change nothing, and nothing says so.
//!
//! ## Example
//!
//! ```text
//! apps/api/wrangler.jsonc   deployed
//! apps/api/wrangler.toml    never read
//! ```
//!
//! ## How to fix
//!
//! Move what is still needed into the one that is read, and delete the other.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::SideFile;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/second-file",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-02"],
    page: include_str!("second_file.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for side in &cx.workspace.side_files {
        let SideFile::Ignored { path, by } = side else { continue };
        let service = cx
            .workspace
            .services
            .iter()
            .find(|service| cx.workspace.file(service.config.file).path == *by);
        let draft = match service {
            Some(service) => out.in_file(service.config.file, service.headline()),
            None => out.nowhere(),
        };
        let _ = draft
            .say(format!("{path} is never read: {by} beside it wins"))
            .why("edits to the file that is not read change nothing, and Wrangler does not say so")
            .help(format!("move what is needed into {by} and delete {path}"));
    }
}
