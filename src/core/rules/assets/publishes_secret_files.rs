//! # Secrets become public
//!
//! ## What it checks
//!
//! What the folder of static assets would publish, after its `.assetsignore`: `.env`, `.dev.vars`
//! and their like (not their examples), `.git`, private SSH keys, `.netrc`, `.htpasswd`.
//!
//! ## Why it matters
//!
//! Wrangler uploads every file in the folder, dotfiles too, and each is served to anybody who asks
//! for it. It leaves out nothing but what `.assetsignore` names, and says nothing. A checkout's
//! `.git` has the whole history in it, and in some pipelines a token.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! ```
//!
//! ```sh public/.env
//! STRIPE_KEY=made-up
//! ```
//!
//! ```html public/index.html
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
//! ```text public/.assetsignore
//! .env*
//! ```
//!
//! ```sh public/.env
//! STRIPE_KEY=made-up
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Move the files out of the folder, or name them in a `.assetsignore` in it. Replace secrets that
//! were public already.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/#ignoring-assets>

use crate::core::config::wrangler::assets::{Upload, few};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/publishes-secret-files",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-05"],
    page: include_str!("publishes_secret_files.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        let secret = upload.secret_files();
        if secret.is_empty() {
            continue;
        }
        let mut patterns: Vec<&str> = secret.iter().map(|path| pattern(path)).collect();
        patterns.sort_unstable();
        patterns.dedup();
        let _ = out
            .at(upload.span)
            .say(format!("{} publishes {}", upload.directory, few(&secret)))
            .label("everything in it becomes public")
            .path(&*upload.path)
            .why("Wrangler uploads every file that .assetsignore does not name, and each is served")
            .help(format!(
                "write {} into {}/.assetsignore, or move it out",
                few(&patterns),
                upload.directory.trim_end_matches('/')
            ))
            .on(&environment);
    }
}

/// What to write so that a file and its like are left out.
fn pattern(path: &str) -> &str {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    match name {
        _ if name.starts_with(".env") => ".env*",
        _ if name.starts_with(".dev.vars") => ".dev.vars*",
        _ => name,
    }
}
