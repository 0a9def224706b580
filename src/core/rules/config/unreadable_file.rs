//! # A configuration cannot be read
//!
//! ## What it checks
//!
//! That each configuration that was found can be opened.
//!
//! ## Why it matters
//!
//! Wrangler stops. Nothing about the file can be checked.
//!
//! ## Example
//!
//! ```text
//! $ ls -l apps/api
//! ---------- 1 root root 412 wrangler.toml
//! ```
//!
//! ## How to fix
//!
//! Give the user of the pipeline the right to read it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::SideFile;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/unreadable-file",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-01"],
    page: include_str!("unreadable_file.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for side in &cx.workspace.side_files {
        let SideFile::Unreadable { path, why } = side else { continue };
        let _ = out
            .nowhere()
            .say(format!("{path} cannot be read: {why}"))
            .help("make it readable to the user who runs the pipeline");
    }
}
