//! # The project uses an old Wrangler
//!
//! ## What it checks
//!
//! The version of Wrangler in the lock file or in `package.json`: before 4. And the package
//! `@cloudflare/wrangler`, which is Wrangler 1.
//!
//! ## Why it matters
//!
//! Wrangler 3 gets no new features, and its commands and keys are no longer those of the
//! documentation. What clodo knows of Wrangler's behaviour is that of version 4.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```json package.json
//! { "devDependencies": { "wrangler": "3.114.0" } }
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```json package.json
//! { "devDependencies": { "wrangler": "4.164.0" } }
//! ```
//!
//! ## How to fix
//!
//! `npm install --save-dev wrangler@4`, and the list of changes in the migration guide.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/migration/update-v3-to-v4/>

use crate::core::config::shape::join;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/old-wrangler",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-19"],
    page: include_str!("old_wrangler.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for package in cx.pipelines.packages.all() {
        let first = package.dependency("@cloudflare/wrangler");
        let pinned = || {
            let mut services = cx.workspace.services.iter();
            let service = services.find(|service| *service.folder == *package.folder)?;
            cx.workspace.wrangler_of(service).filter(|pinned| pinned.version.major < 4)
        };
        let (dependency, message) = match first {
            Some(first) => (Some(first), "@cloudflare/wrangler is Wrangler 1".to_owned()),
            None => match pinned() {
                Some(pinned) => {
                    let message = format!("the project uses Wrangler {}", pinned.version);
                    (package.dependency("wrangler"), message)
                }
                None => continue,
            },
        };
        let Some((field, entry)) = dependency else { continue };
        let _ = out
            .in_file(package.file, entry.key_span.to(entry.value.span))
            .say(message)
            .path(join(field, &entry.key))
            .help("npm install --save-dev wrangler@4")
            .severity(if first.is_some() { Severity::Warning } else { Severity::Note });
    }
}
