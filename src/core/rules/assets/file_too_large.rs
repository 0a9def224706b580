//! # An asset is too large
//!
//! ## What it checks
//!
//! The sizes of the files in the folder of static assets, after its `.assetsignore`: none may be
//! larger than 25 MiB.
//!
//! ## Why it matters
//!
//! Wrangler stops, in a dry run too: `Asset too large`. It looks at the files only after it built
//! the Worker.
//!
//! ## Example
//!
//! ```text
//! public/video.mp4   26 MiB
//! ```
//!
//! ## How to fix
//!
//! Put the file into an R2 bucket, or name it in a `.assetsignore`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/>

use crate::core::config::limits::ASSET_BYTES;
use crate::core::config::wrangler::assets::{Upload, few};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/file-too-large",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-02"],
    page: include_str!("file_too_large.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        let large = upload.files(|asset| asset.bytes > ASSET_BYTES.paid);
        let large: Vec<&str> = large.map(|asset| &*asset.path).collect();
        if large.is_empty() {
            continue;
        }
        let _ = out
            .at(upload.span)
            .say(format!("{} has an asset of more than 25 MiB: {}", upload.directory, few(&large)))
            .path(&*upload.path)
            .why("Wrangler stops at it, after it built the Worker")
            .help("put it into an R2 bucket, or name it in .assetsignore")
            .on(&environment);
    }
}
