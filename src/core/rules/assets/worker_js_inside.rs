//! # The code of a Pages project lies among the assets
//!
//! ## What it checks
//!
//! A `_worker.js`, file or folder, in the folder of static assets, where there is no
//! `.assetsignore`.
//!
//! ## Why it matters
//!
//! On Pages that file is the code. As an asset it would be public. Wrangler stops: `Uploading a
//! Pages _worker.js file as an asset`. Any `.assetsignore`, even an empty one, tells it that this
//! is known; then it uploads the file, unless the `.assetsignore` names it.
//!
//! Where a build makes the folder anew it may bring a `.assetsignore` with it, so there it is a
//! warning.
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
//! ```js public/_worker.js
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "public/_worker.js"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public" }
//! ```
//!
//! ```text public/.assetsignore
//! _worker.js
//! ```
//!
//! ```js public/_worker.js
//! export default { fetch: () => new Response("Shop") };
//! ```
//!
//! ## How to fix
//!
//! Name it in `main`, and in the `.assetsignore` of the folder.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/migration-guides/migrate-from-pages/>

use crate::core::config::builds::{Maker, is_output};
use crate::core::config::wrangler::assets::Upload;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/worker-js-inside",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-04"],
    page: include_str!("worker_js_inside.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let upload = Upload::of(cx.run.workspace, &environment);
        let Some(upload) = upload.filter(|upload| !upload.has_ignore_file()) else { continue };
        // Wrangler looks how the path begins (`errorOnLegacyPagesWorkerJSAsset`, cli.js:170420).
        let mut code = upload
            .files(|asset| asset.path.starts_with("_worker.js") && !asset.is_folder())
            .map(|asset| &*asset.path);
        let Some(worker) = code.next() else { continue };
        let maker = Maker::of_path(cx.run.workspace, &environment, upload.directory);
        let rebuilt = is_output(upload.directory) && maker != Maker::Nobody;
        let _ = out
            .at(upload.span)
            .say(format!("{} has {worker} in it, which is code", upload.directory))
            .label("Wrangler stops here")
            .path(&*upload.path)
            .why("as an asset it would be public")
            .help(format!(
                "write _worker.js into {}/.assetsignore",
                upload.directory.trim_end_matches('/')
            ))
            .severity(if rebuilt { Severity::Warning } else { Severity::Error })
            .on(&environment);
    }
}
