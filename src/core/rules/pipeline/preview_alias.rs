//! # The alias of the preview is not a host name
//!
//! ## What it checks
//!
//! `--preview-alias` of `wrangler versions upload`: small letters, digits and dashes, a letter first,
//! and together with the name of the Worker at most 63 characters. A branch name that is passed on as
//! it is is a warning.
//!
//! ## Why it matters
//!
//! The alias becomes part of a host name. The API refuses others after the upload: `validation
//! failures: invalid alias: HEAD [code: 10021]`. Branch names hold slashes and capitals sooner or
//! later.
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
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 versions upload --preview-alias HEAD
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
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
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 versions upload --preview-alias next
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Use the number of the pull request: `--preview-alias "pr-${{ github.event.number }}"`.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/issues/9937>
//! - <https://developers.cloudflare.com/workers/configuration/previews/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/preview-alias",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["VER-10"],
    page: include_str!("preview_alias.rs"),
    check: Check::Workspace(check),
};

/// The length of a host name's part.
const LABEL: usize = 63;

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let alias = call.is(&["versions", "upload"]).then(|| call.arguments.value("preview-alias"));
        let Some(word) = alias.flatten() else { continue };
        let Some(alias) = word.known() else {
            if is_branch(&word.text) {
                let _ = out
                    .at_call(call, word.place)
                    .say("the name of a branch may not be an alias")
                    .label("may hold / and capitals")
                    .help("use the number of the pull request: pr-${{ github.event.number }}")
                    .severity(Severity::Warning);
            }
            continue;
        };
        if !is_alias(alias) {
            let _ = out
                .at_call(call, word.place)
                .say(format!("{alias} cannot be an alias"))
                .label("small letters, digits and dashes, a letter first")
                .help("choose another alias");
            continue;
        }
        let worker = call.environment().and_then(|environment| environment.worker());
        let named = call.arguments.flag("name").is_some();
        if let Some(worker) =
            worker.filter(|worker| !named && worker.len() + 1 + alias.len() > LABEL)
        {
            let _ = out
                .at_call(call, word.place)
                .say(format!("{alias}-{worker} is longer than {LABEL} characters"))
                .label("too long for a host name")
                .help("choose a shorter alias");
        }
    }
}

/// `ALIAS_VALIDATION_REGEX` of Wrangler 4.164.0, without capitals, which the API refuses.
fn is_alias(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase();
    text.starts_with(letter)
        && text.ends_with(|c: char| letter(c) || c.is_ascii_digit())
        && text.chars().all(|c| letter(c) || c.is_ascii_digit() || c == '-')
}

/// Whether an expansion is the name of a branch and nothing else.
fn is_branch(text: &str) -> bool {
    const NAMES: [&str; 8] = [
        "github.head_ref",
        "github.ref_name",
        "GITHUB_HEAD_REF",
        "GITHUB_REF_NAME",
        "CI_COMMIT_BRANCH",
        "CI_COMMIT_REF_NAME",
        "CIRCLE_BRANCH",
        "pipeline.git.branch",
    ];
    let name = text.trim_matches(|c: char| matches!(c, '$' | '{' | '}' | '<' | '>' | ' '));
    NAMES.contains(&name)
}
