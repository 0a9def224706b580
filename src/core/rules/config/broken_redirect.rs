//! # A deploy configuration leads nowhere
//!
//! ## What it checks
//!
//! The file `.wrangler/deploy/config.json`, with which build tools redirect Wrangler to the
//! configuration that they generate.
//!
//! ## Why it matters
//!
//! Wrangler stops: it does not know which configuration is meant.
//!
//! ## Example
//!
//! ```text
//! .wrangler/deploy/config.json   {"configPath": "../../dist/wrangler.json"}
//! dist/wrangler.json             is not there
//! ```
//!
//! ## How to fix
//!
//! Build again, or delete the file if it is left over.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::SideFile;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/broken-redirect",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-03"],
    page: include_str!("broken_redirect.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for side in &cx.workspace.side_files {
        let SideFile::BrokenRedirect { file, problem } = side else { continue };
        let _ = out
            .in_file(*file, crate::core::model::Span::default())
            .say(problem.clone())
            .path("configPath")
            .why("build tools redirect Wrangler with this file, and Wrangler stops where it leads nowhere")
            .help("build again, or delete the file if it is left over from an earlier build");
    }
}
