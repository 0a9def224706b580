//! # A configuration higher up wins over the one in the folder
//!
//! ## What it checks
//!
//! Wrangler's search: each of `wrangler.json`, `wrangler.jsonc` and `wrangler.toml` is looked for
//! in the folder and in all folders above it before the next name is tried.
//!
//! ## Why it matters
//!
//! A `wrangler.json` at the root of a repository beats the `wrangler.toml` of every service in it.
//! `wrangler deploy` in the folder of the service then deploys something else.
//!
//! ## Example
//!
//! ```text
//! wrangler.json             deployed from everywhere below
//! apps/api/wrangler.toml    never read
//! ```
//!
//! ## How to fix
//!
//! Give both files the same format, or call Wrangler with `--config`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::SideFile;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/shadowed-file",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-02"],
    page: include_str!("shadowed_file.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for side in &cx.workspace.side_files {
        let SideFile::Shadowed { file, by } = side else { continue };
        let service = cx.workspace.services.iter().find(|service| service.config.file == *file);
        let path = &cx.workspace.file(*file).path;
        let _ = out
            .in_file(*file, service.map(|service| service.headline()).unwrap_or_default())
            .say(format!("`wrangler deploy` beside {path} reads {by} instead"))
            .why("Wrangler looks for wrangler.json in all folders above before it looks for the next name")
            .help(format!("give both files the same format, or call Wrangler with --config {path}"));
    }
}
