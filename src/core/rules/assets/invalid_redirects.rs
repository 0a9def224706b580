//! # Cloudflare does not take a line of `_redirects`
//!
//! ## What it checks
//!
//! Each line of `_redirects` in the folder of static assets: its words, its addresses and its
//! status, loops, paths that come twice, and how many there are (2,000 static redirects and 100
//! dynamic ones; after the first line with `*` or `:name` every line counts as dynamic).
//!
//! ## Why it matters
//!
//! Wrangler uploads the file without a look at it, and Cloudflare refuses the whole deployment:
//! `Invalid _redirects configuration` (code 100324, earlier 10021). Pages only left such lines
//! out, so a file that worked there may not work here.
//!
//! It was seen to refuse loops (`/* /index.html 200` above all), redirects that begin with a host,
//! paths that come twice, and more than 100 dynamic redirects. Whether it refuses or drops the
//! rest is unconfirmed, so that is a warning.
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
//! ```text public/_redirects
//! /old /new 301
//! /*   /index.html 200
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public", not_found_handling = "single-page-application" }
//! ```
//!
//! ```text public/_redirects
//! /old /new 301
//! ```
//!
//! ## How to fix
//!
//! Instead of `/* /index.html 200` set `assets.not_found_handling` to `single-page-application`.
//! Redirects between hosts belong into the redirect rules of the zone. Put lines with `*` and
//! `:name` last.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/redirects/>
//! - <https://github.com/cloudflare/workers-sdk/issues/10992>
//! - <https://github.com/cloudflare/workers-sdk/issues/15624>

use crate::core::config::asset_rules::{Kind, Problem, by_kind, read_redirects};
use crate::core::config::wrangler::assets::Upload;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::asset_rules::report;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/invalid-redirects",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-07"],
    page: include_str!("invalid_redirects.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        let Some(file) = upload.folder.redirects else { continue };
        let assets =
            environment.get("assets").and_then(|assets| assets.value().get("html_handling"));
        let html_handling = assets.and_then(Value::as_str) != Some("none");
        let source = cx.run.workspace.file(file);
        for (problem, lines) in by_kind(read_redirects(&source.text, html_handling)) {
            let (fault, help) = words(&problem);
            let from = source.text[source.range(problem.span)].split_whitespace().next();
            let from = from.filter(|from| from.len() < 80).unwrap_or("of this line");
            let _ = report(file, &problem, lines, &format!("the redirect {from} {fault}"), out)
                .path(&*upload.path)
                .help(help)
                .on(&environment);
        }
    }
}

/// What is wrong with a redirect, and what to do.
fn words(problem: &Problem) -> (&'static str, &'static str) {
    match problem.kind {
        Kind::Loop => (
            "leads to itself",
            "remove it, or set assets.not_found_handling = \"single-page-application\" instead",
        ),
        Kind::FromHost => {
            ("begins with a host", "write a path, or use a redirect rule of the zone")
        }
        Kind::Duplicate => ("is not the first of its path", "remove one of the two"),
        Kind::DynamicLimit => (
            "is beyond the 100 that may be dynamic",
            "put lines with * and :name last: all lines after the first of them count as dynamic",
        ),
        Kind::StaticLimit => ("is beyond the 2,000 that a file may have", "use bulk redirects"),
        Kind::Target => (
            "leads neither to a path nor to an HTTPS address",
            "begin the target with / or https://",
        ),
        Kind::Status => ("has a status that is none", "write 200, 301, 302, 303, 307 or 308"),
        Kind::Proxy => {
            ("rewrites to another host", "redirect with 301 or 302, or fetch it in code")
        }
        Kind::TooLong => ("has more than 2,000 characters", "shorten it"),
        _ => ("is not two addresses and a status", "write: /from /to 301"),
    }
}
