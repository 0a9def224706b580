//! # A Cloudflare token lies in the repository
//!
//! ## What it checks
//!
//! Files such as `.env` and `.dev.vars` that no `.gitignore` keeps out of the repository, CI
//! definitions and `package.json`, for API tokens and keys of Cloudflare: those that begin with
//! `cfut_`, `cfat_` or `cfk_`, and values with the length of older ones under names such as
//! `CLOUDFLARE_API_TOKEN`. Configurations are looked at by `secrets/hardcoded`.
//!
//! The value is shown in no report.
//!
//! ## Why it matters
//!
//! Everybody who can read the repository can do in the account what the token allows. Cloudflare
//! revokes the newer ones as soon as GitHub finds them in a public repository, and the pipeline
//! stops working.
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
//! ```text .git/HEAD
//! ref: refs/heads/main
//! ```
//!
//! ```sh .env
//! CLOUDFLARE_API_TOKEN=Made-Up_0123456789_For-This-Page_0000001
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
//! ```text .git/HEAD
//! ref: refs/heads/main
//! ```
//!
//! ```sh .env
//! CLOUDFLARE_API_TOKEN=Made-Up_0123456789_For-This-Page_0000001
//! ```
//!
//! ```text .gitignore
//! .env
//! ```
//!
//! ## How to fix
//!
//! Roll the token in the dashboard, remove it from the file, and give the new one to the pipeline
//! as a secret of the CI system.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/>
//! - <https://developers.cloudflare.com/fundamentals/api/how-to/roll-token/>

use crate::core::model::{FileId, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};
use crate::core::secrets::cloudflare;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/token-in-repository",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AUTH-11"],
    page: include_str!("token_in_repository.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let facts = &cx.workspace.facts;
    let kept = facts.dotenv.iter().filter(|_| facts.repository.is_some());
    for dotenv in kept.filter(|dotenv| !dotenv.ignored_by_git) {
        let file = cx.workspace.file(dotenv.file);
        for key in &dotenv.keys {
            if let Some(what) =
                cloudflare::credential(&key.name, &file.text[file.range(key.value_span)])
            {
                report(cx, dotenv.file, key.span, &key.name, what, out);
            }
        }
    }
    for document in facts.documents.iter() {
        for secret in cloudflare::credentials(&cx.workspace.file(document.file).text) {
            report(cx, document.file, secret.range.into(), "", secret.what, out);
        }
    }
}

fn report(
    cx: &Context<'_>,
    file: FileId,
    span: Span,
    name: &str,
    what: &str,
    out: &mut Findings<'_>,
) {
    let _ = out
        .in_file(file, span)
        .say(format!("{} holds {what}", cx.workspace.file(file).path))
        .label(what)
        .path(name)
        .why("everybody who can read the repository or its history can use it")
        .help("roll it, and keep the new one as a secret of the pipeline");
}
