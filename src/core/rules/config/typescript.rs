//! # A configuration in TypeScript cannot be checked
//!
//! ## What it checks
//!
//! Files named `cloudflare.config.ts`, which Wrangler reads with its experimental option
//! `--x-new-config`.
//!
//! ## Why it matters
//!
//! clodo does not run code in order to check it. The Workers that the file describes are not among
//! those that were checked.
//!
//! ## Example
//!
//! ```text
//! apps/api/cloudflare.config.ts
//! ```
//!
//! ## How to fix
//!
//! Keep a `wrangler.jsonc` or `wrangler.toml`, or check the configuration that the build generates.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::SideFile;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/typescript",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-18"],
    page: include_str!("typescript.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for side in &cx.workspace.side_files {
        let SideFile::TypeScript { path } = side else { continue };
        let _ = out
            .nowhere()
            .say(format!("{path} is code, which clodo does not support: what it describes was not checked"))
            .help("keep a wrangler.jsonc or wrangler.toml, or check the configuration that the build generates");
    }
}
