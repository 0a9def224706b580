//! # Git does not ignore a file with secrets
//!
//! ## What it checks
//!
//! Files such as `.env` and `.dev.vars` in the folders of services and in the root of the
//! repository, which no `.gitignore` keeps out, and which set something with the name of a secret
//! and a value. Patterns for others to fill in, such as `.env.example`, are left out, and so are
//! placeholders. Tokens of Cloudflare are reported by `auth/token-in-repository`.
//!
//! The values are shown in no report.
//!
//! ## Why it matters
//!
//! The next `git add .` commits the secrets, if nobody has done it yet.
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
//! ```sh .dev.vars
//! MAIL_TOKEN=made-up-for-this-page
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
//! ```sh .dev.vars
//! MAIL_TOKEN=made-up-for-this-page
//! ```
//!
//! ```text .gitignore
//! .dev.vars*
//! .env*
//! !.env.example
//! ```
//!
//! ## How to fix
//!
//! Add `.dev.vars*` and `.env*` to `.gitignore`. If the file was committed, take it out with
//! `git rm --cached` and revoke what was in it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/#local-development-with-secrets>

use crate::core::config::placeholder::placeholder;
use crate::core::model::{DotEnv, DotEnvKey, Severity, Workspace, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};
use crate::core::secrets::{cloudflare, is_secret_name, judge};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/dotenv-not-ignored",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-13"],
    page: include_str!("dotenv_not_ignored.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let facts = &cx.workspace.facts;
    if facts.repository.is_none() {
        return;
    }
    for dotenv in facts.dotenv.iter().filter(|dotenv| !dotenv.ignored_by_git && !dotenv.example) {
        let mut secrets = dotenv.keys.iter().filter(|key| is_secret(cx.workspace, dotenv, key));
        let Some(first) = secrets.next() else { continue };
        let path = &cx.workspace.file(dotenv.file).path;
        let name = path.rsplit('/').next().unwrap_or(path);
        let _ = out
            .in_file(dotenv.file, first.span)
            .say(format!("git does not ignore {path}, which sets `{}`", first.name))
            .path(&*first.name)
            .why("the next `git add .` commits it, if nobody has done so yet")
            .help(format!("add {name} to .gitignore; if it was committed, git rm --cached {path}"));
    }
}

fn is_secret(workspace: &Workspace, dotenv: &DotEnv, key: &DotEnvKey) -> bool {
    let file = workspace.file(dotenv.file);
    let value = &file.text[file.range(key.value_span)];
    // Those have a rule of their own.
    if cloudflare::credential(&key.name, value).is_some() {
        return false;
    }
    let named = is_secret_name(&key.name) && !value.is_empty() && placeholder(value).is_none();
    named || judge(&key.name, value).is_some()
}
