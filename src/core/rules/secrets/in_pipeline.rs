//! # A secret stands in the definition of a pipeline
//!
//! ## What it checks
//!
//! CI definitions and `package.json` for values with the shape of a known kind of key, private
//! keys, and passwords in addresses. It is a warning where the value may be harmless, such as a
//! test key. Cloudflare's own tokens are reported by `auth/token-in-repository`.
//!
//! The value is shown in no report.
//!
//! ## Why it matters
//!
//! Everybody who can read the repository has the secret, and so has everybody who can read its
//! history later. What a CI system keeps as a secret it also hides in logs; this it does not.
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
//! ```json package.json
//! { "scripts": { "seed": "psql postgres://shop:not-a-real-one-7@db.example.com/shop < seed.sql" } }
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
//! ```json package.json
//! { "scripts": { "seed": "psql $DATABASE_URL < seed.sql" } }
//! ```
//!
//! ## How to fix
//!
//! Revoke the secret, keep a new one as a secret of the CI system, and pass it as an environment
//! variable.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/ci-cd/external-cicd/github-actions/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};
use crate::core::secrets::{Sure, cloudflare, find};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/in-pipeline",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-07"],
    page: include_str!("in_pipeline.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for document in cx.workspace.facts.documents.iter() {
        let file = cx.workspace.file(document.file);
        for secret in find(&file.text).filter(|secret| !cloudflare::is_own(secret)) {
            let _ = out
                .in_file(document.file, secret.range.into())
                .say(format!("{} holds {}", file.path, secret.what))
                .label(secret.what)
                .why("everybody who can read the repository or its history has it")
                .help("revoke it, and pass a new one from the secrets of the CI system")
                .severity(match secret.sure {
                    Sure::Yes => Severity::Error,
                    Sure::Maybe => Severity::Warning,
                });
        }
    }
}
