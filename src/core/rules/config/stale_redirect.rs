//! # A generated configuration is older than its source
//!
//! ## What it checks
//!
//! Redirected configurations: whether the one that was written by hand has changed since the build.
//!
//! ## Why it matters
//!
//! Wrangler deploys the generated one. What changed since is not in it.
//!
//! ## Example
//!
//! ```text
//! wrangler.jsonc        changed at 12:04
//! dist/wrangler.json    built at 11:30, deployed
//! ```
//!
//! ## How to fix
//!
//! Build again before the deployment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/stale-redirect",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-03"],
    page: include_str!("stale_redirect.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for service in &cx.workspace.services {
        let Some(redirect) = service.redirect.as_ref().filter(|redirect| redirect.stale) else {
            continue;
        };
        let source = redirect.user_config.map(|file| cx.workspace.file(file).path.as_str());
        let _ = out
            .in_file(service.config.file, service.headline())
            .say(format!(
                "{} is older than {}, from which it was built",
                cx.workspace.file(service.config.file).path,
                source.unwrap_or("its source")
            ))
            .why("Wrangler deploys the generated file, without what has changed since")
            .help("build again before the deployment");
    }
}
