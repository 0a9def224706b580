//! # There are more assets than a plan allows
//!
//! ## What it checks
//!
//! How many files the folder of static assets would upload, after its `.assetsignore`: 20,000 on
//! Workers Free, 100,000 on Workers Paid (limits of mid-2026).
//!
//! ## Why it matters
//!
//! Cloudflare refuses the deployment. clodo does not know the plan, so between the two it is a
//! warning.
//!
//! ## Example
//!
//! ```text
//! public/   20,500 files
//! ```
//!
//! ## How to fix
//!
//! Name what nobody asks for in a `.assetsignore`, or put the files into an R2 bucket.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/>

use crate::core::config::limits::{ASSETS, Excess};
use crate::core::config::wrangler::assets::Upload;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/too-many-files",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-03"],
    page: include_str!("too_many_files.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        // With less than that in it nothing need be asked about each file.
        if ASSETS.exceeded_by(upload.folder.files.len()).is_none() {
            continue;
        }
        let count = upload.files(|asset| !asset.is_folder()).count();
        let (limit, plan, severity) = match ASSETS.exceeded_by(count) {
            Some(Excess::Free) => (ASSETS.free, "Workers Free", Severity::Warning),
            Some(Excess::Paid) => (ASSETS.paid, "Workers Paid", Severity::Error),
            None => continue,
        };
        let least = if upload.folder.complete { "" } else { "at least " };
        let _ = out
            .at(upload.span)
            .say(format!(
                "{} has {least}{count} assets, and {plan} allows {limit}",
                upload.directory
            ))
            .path(&*upload.path)
            .why("Cloudflare refuses the deployment")
            .help("name what nobody asks for in .assetsignore, or use an R2 bucket")
            .severity(severity)
            .on(&environment);
    }
}
