//! # Cloudflare does not take a line of `_headers`
//!
//! ## What it checks
//!
//! Each line of `_headers` in the folder of static assets: paths with headers below them, names
//! and values, wildcards, and how many there are (100 paths).
//!
//! ## Why it matters
//!
//! Wrangler uploads the file without a look at it, and Cloudflare refuses the whole deployment:
//! `Invalid _headers configuration` (code 100324). Pages only left such lines out, so a file that
//! worked there may not work here.
//!
//! It was seen to refuse headers before any path, and headers without a value. Whether it refuses
//! or drops the rest is unconfirmed, so that is a warning.
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
//! ```text public/_headers
//! /embed/*
//!   X-Frame-Options:
//!   Cache-Control: max-age=3600
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
//! ```text public/_headers
//! /embed/*
//!   ! X-Frame-Options
//!   Cache-Control: max-age=3600
//! ```
//!
//! ## How to fix
//!
//! Write a path, and below it the headers as `Name: value`. `! Name` takes a header away. Comments
//! begin with `#`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/headers/>
//! - <https://github.com/cloudflare/workers-sdk/issues/14547>

use crate::core::config::asset_rules::{Kind, Problem, by_kind, read_headers};
use crate::core::config::wrangler::assets::Upload;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::asset_rules::report;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/invalid-headers",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-07"],
    page: include_str!("invalid_headers.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(upload) = Upload::of(cx.run.workspace, &environment) else { continue };
        let Some(file) = upload.folder.headers else { continue };
        let source = cx.run.workspace.file(file);
        for (problem, lines) in by_kind(read_headers(&source.text)) {
            let (fault, help) = words(&problem);
            let line = &source.text[source.range(problem.span)];
            // A path may be shown. Of a header only its name: its value may be for nobody else.
            let what = match problem.kind {
                Kind::NoHeaders | Kind::Path | Kind::Wildcards | Kind::HeaderLimit => Some(line),
                _ => line.split(':').next(),
            };
            let what = what.filter(|what| what.len() < 80).unwrap_or("this line");
            let _ = report(file, &problem, lines, &format!("{what} {fault}"), out)
                .path(&*upload.path)
                .help(help)
                .on(&environment);
        }
    }
}

/// What is wrong with a line, and what to do.
fn words(problem: &Problem) -> (&'static str, &'static str) {
    match problem.kind {
        Kind::NoPath => ("comes before any path", "begin with a path such as /*"),
        Kind::NoValue => ("has no value", "write a value; to take a header away write: ! Name"),
        Kind::NoHeaders => ("has no headers", "write headers below it, or remove it"),
        Kind::Path => ("is neither a path nor an HTTPS address", "begin it with / or https://"),
        Kind::Wildcards => {
            ("has more than one wildcard", "keep one *, and use :name for the others")
        }
        Kind::Name => ("has a name that is none", "write: Name: value"),
        Kind::HeaderLimit => {
            ("is beyond the 100 paths that may have headers", "use one path with a * for several")
        }
        Kind::TooLong => ("has more than 2,000 characters", "shorten it"),
        _ => ("is neither a path nor a header", "write: Name: value"),
    }
}
