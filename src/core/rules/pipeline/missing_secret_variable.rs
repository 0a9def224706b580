//! # The action is to upload a secret that it does not get
//!
//! ## What it checks
//!
//! The names in the inputs `secrets` and `vars` of `cloudflare/wrangler-action` against the `env` of
//! the step, the job and the workflow. Silent where something unseen may set the variable.
//!
//! ## Why it matters
//!
//! The action takes the values from its environment, not from the secrets of the repository. It ends
//! with `Value for secret API_KEY not found in environment` before it deploys.
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
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//!           secrets: API_KEY
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
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//!           secrets: API_KEY
//!         env:
//!           API_KEY: ${{ secrets.API_KEY }}
//! ```
//!
//! ## How to fix
//!
//! Add the variable to the step: `env: { API_KEY: "${{ secrets.API_KEY }}" }`.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/wrangler-action>

use crate::core::model::{Severity, Source, Span, WranglerSays};
use crate::core::pipeline::{Call, Program};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/missing-secret-variable",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-08"],
    page: include_str!("missing_secret_variable.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, job) in cx.pipelines.jobs() {
        for (index, step) in job.steps.iter().enumerate() {
            let of_step = |call: &&Call<'_>| call.step == index && call.program == Program::Action;
            let calls = || job.calls.iter().filter(of_step);
            for input in ["secrets", "vars"] {
                // Variables are read for deployments alone.
                let call = calls().find(|call| input == "secrets" || call.is(&["deploy"]));
                let Some(call) = call.filter(|call| call.sealed) else { continue };
                let Some(list) = step.input(input) else { continue };
                let source = cx.workspace.file(pipeline.file);
                let names = list.as_str().unwrap_or_default().lines().map(str::trim);
                for name in names.filter(|name| is_name(name) && call.variable(name).is_none()) {
                    let _ = out
                        .in_file(pipeline.file, place_of(name, list.span, source))
                        .say(format!("nothing sets {name}, which the action is to upload"))
                        .path(format!("{}.with.{input}", step.path))
                        .label("taken from env")
                        .why("the action ends before it deploys anything")
                        .help(format!(
                            "add to the step: env: {{ {name}: \"${{{{ secrets.{name} }}}}\" }}"
                        ));
                }
            }
        }
    }
}

/// Where a name stands in a list, of which each line holds one.
fn place_of(name: &str, list: Span, source: &Source) -> Span {
    let range = source.range(list);
    let mut at = range.start;
    for line in source.text[range].split_inclusive('\n') {
        if line.trim() == name {
            let start = at + line.len() - line.trim_start().len();
            return Span::new(start, start + name.len());
        }
        at += line.len();
    }
    list
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !["GITHUB_", "RUNNER_", "CI"].iter().any(|given| text.starts_with(given))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
