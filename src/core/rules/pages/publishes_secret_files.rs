//! # A Pages project makes secrets public
//!
//! ## What it checks
//!
//! What `pages_build_output_dir` would publish: `.env`, `.dev.vars` and their like (not their
//! examples), private SSH keys, `.netrc`, `.htpasswd`. Pages itself leaves out `.git` and
//! `node_modules`, and has no file to leave out more.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` uploads every other file in the folder, dotfiles too, and each is served
//! to anybody who asks for it. It says nothing.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! pages_build_output_dir = "public"
//! ```
//!
//! ```sh public/.env
//! STRIPE_KEY=made-up
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! pages_build_output_dir = "public"
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Move the files out of the folder. Replace secrets that were public already.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::config::wrangler::assets::{Upload, few};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/publishes-secret-files",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-05"],
    page: include_str!("publishes_secret_files.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(upload) = Upload::of_pages(cx.run.workspace, cx.service) else { return };
    let secret = upload.secret_files();
    if secret.is_empty() {
        return;
    }
    let _ = out
        .at(upload.span)
        .say(format!("{} publishes {}", upload.directory, few(&secret)))
        .label("everything in it becomes public")
        .path(&*upload.path)
        .why("Pages uploads every file in the folder, and each is served")
        .help("move it out of the folder")
        .everywhere(cx.service);
}
