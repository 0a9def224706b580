//! # There is nothing to deploy
//!
//! ## What it checks
//!
//! Workers with neither `main` nor `assets` nor `site`. Nothing is said where a script or a
//! pipeline of the repository names a file for `wrangler deploy`, or where the Vite plugin writes
//! the configuration that is deployed.
//!
//! ## Why it matters
//!
//! `wrangler deploy` stops: "Missing entry-point to Worker script or to assets directory". It is a
//! warning, because the entry point may also be given by hand.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! Name the file with `main`, or a folder of files with `assets`. For a Pages project add
//! `pages_build_output_dir`: without it Pages ignores the file.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::config::wrangler::{Environment, command_line};
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/no-entry-point",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-10", "PG-04"],
    page: include_str!("no_entry_point.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let is_empty = |environment: &Environment<'_>| {
        ["main", "assets", "site"].iter().all(|key| environment.get(key).is_none())
    };
    let empty: Vec<_> = cx.environments().filter(is_empty).collect();
    let given = ["--assets", "--script", "--site", command_line::VITE_PLUGIN];
    if cx.service.kind == Kind::Pages
        || empty.is_empty()
        || command_line::is_mentioned(cx.run.workspace, cx.service, &given)
        || command_line::names_a_script(cx.run.workspace, cx.service)
    {
        return;
    }
    for environment in empty {
        let _ = out
            .at(cx.service.headline())
            .say(format!("{} has no `main` and no `assets`", cx.service.name))
            .path("main")
            .why("`wrangler deploy` stops, and `wrangler pages` ignores the file")
            .help("add `main`, `assets` or, for a Pages project, `pages_build_output_dir`")
            .on(&environment);
    }
}
