//! # A Pages project has too many or too large files
//!
//! ## What it checks
//!
//! The files in `pages_build_output_dir` that would be uploaded: none larger than 25 MiB, and no
//! more than 20,000.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` stops: `Pages only supports files up to 25 MiB in size`, or `Pages only
//! supports up to 20,000 files in a deployment for your current plan`. Some plans allow more files,
//! so their number is a warning.
//!
//! ## Example
//!
//! ```text
//! public/video.mp4   26 MiB
//! ```
//!
//! ## How to fix
//!
//! Put large files into an R2 bucket. `npx wrangler pages project validate FOLDER` tells the same.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/platform/limits/>

use crate::core::config::limits::{ASSET_BYTES, ASSETS};
use crate::core::config::wrangler::assets::{Upload, few};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/file-limits",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-07"],
    page: include_str!("file_limits.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(upload) = Upload::of_pages(cx.run.workspace, cx.service) else { return };
    let large = upload.files(|asset| asset.bytes > ASSET_BYTES.free);
    let large: Vec<&str> = large.map(|asset| &*asset.path).collect();
    if !large.is_empty() {
        let _ = out
            .at(upload.span)
            .say(format!("{} has a file of more than 25 MiB: {}", upload.directory, few(&large)))
            .path(&*upload.path)
            .help("put it into an R2 bucket")
            .everywhere(cx.service);
    }
    let count = upload.files(|asset| !asset.is_folder()).count();
    if ASSETS.exceeded_by(count).is_some() {
        let _ = out
            .at(upload.span)
            .say(format!(
                "{} has {count} files, and most plans allow {}",
                upload.directory, ASSETS.free
            ))
            .path(&*upload.path)
            .help("put files into an R2 bucket")
            .severity(Severity::Warning)
            .everywhere(cx.service);
    }
}
