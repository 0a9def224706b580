//! # Assets are looked up below the path of a route
//!
//! ## What it checks
//!
//! Workers with assets whose routes all have a path, where the folder of assets has nothing below
//! any of these paths, and no `base_path` says otherwise.
//!
//! ## Why it matters
//!
//! A request is compared with the assets by its whole path. With the route `example.com/blog/*` the
//! file `public/index.html` is never served: `/blog/` looks for `public/blog/index.html`. Wrangler
//! warns: `The following routes will attempt to serve Assets on a configured path`. It warns of
//! every such route, whether the files are there or not.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "example.com/blog/*", zone_name = "example.com" }]
//! assets = { directory = "public" }
//! ```
//!
//! ```html public/index.html
//! <h1>Our blog</h1>
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "example.com/blog/*", zone_name = "example.com" }]
//! assets = { directory = "public" }
//! ```
//!
//! ```html public/blog/index.html
//! <h1>Our blog</h1>
//! ```
//!
//! ## How to fix
//!
//! Put the files into a folder of that path, or give the Worker a host of its own.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::model::{AssetFolder, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/assets-on-path",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-11"],
    page: include_str!("assets_on_path.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(folder) = folder_to_look_in(cx, &environment) else { continue };
        let routes = routes(&environment);
        let Some(first) = routes.first() else { continue };
        if routes.iter().any(|route| leads_to_assets(route, folder)) {
            continue;
        }
        let path = first.parts().path.unwrap_or_default().trim_end_matches('*');
        let _ = out
            .at(first.span)
            .say(format!("no route leads to any asset: none lies below {path}"))
            .path(&*first.path)
            .why("a request is compared with the assets by its whole path")
            .help(format!("put the assets into a folder {}", path.trim_matches('/')))
            .on(&environment);
    }
}

fn leads_to_assets(route: &Route<'_>, folder: &AssetFolder) -> bool {
    let path = route.parts().path.unwrap_or("/");
    let below = path.trim_start_matches('/').trim_end_matches('*');
    route.is_custom_domain()
        || route.is_placeholder()
        || folder.files.iter().any(|file| file.path.starts_with(below))
}

/// The assets of an environment, if it looks for them by path and all of them are known.
fn folder_to_look_in<'a>(
    cx: &ServiceContext<'a>,
    environment: &Environment<'a>,
) -> Option<&'a AssetFolder> {
    let assets = environment.get("assets")?.value();
    let worker_first = assets.get("run_worker_first").and_then(Value::as_bool) == Some(true);
    if worker_first || assets.get("base_path").is_some() {
        return None;
    }
    let folder = cx.service.join(assets.get("directory")?.as_str()?);
    let folder = cx.run.workspace.facts.assets.get(&folder)?;
    // A folder without a start page is one that a build has still to fill.
    let is_filled = folder.files.iter().any(|file| &*file.path == "index.html");
    (folder.complete && is_filled).then_some(folder)
}
