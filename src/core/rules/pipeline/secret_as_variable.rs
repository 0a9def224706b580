//! # The pipeline deploys a secret as a plain variable
//!
//! ## What it checks
//!
//! Values of `--var` and `--define` that come from the secrets of the CI system, and names in the
//! input `vars` of `cloudflare/wrangler-action` whose variable does.
//!
//! ## Why it matters
//!
//! A variable is stored in plain text: everybody who may see the Worker in the dashboard reads it,
//! `wrangler versions view` prints it, and `--define` writes it into the code. On the command line
//! every process of the machine can see it.
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
//!       - run: >-
//!           npx wrangler@4.164.0 deploy --var "API_KEY:${{ secrets.API_KEY }}"
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
//! Store it with `wrangler secret put` or `wrangler secret bulk`, with the input `secrets` of the
//! action, or with `--secrets-file`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>

use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::pipeline::{Call, Program};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/secret-as-variable",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-07"],
    page: include_str!("secret_as_variable.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, job, call) in cx.pipelines.calls() {
        for flag in
            call.arguments.flags.iter().filter(|flag| matches!(&*flag.name, "var" | "define"))
        {
            for value in &flag.values {
                let Some((name, text)) = value.text.split_once(':') else { continue };
                if !is_secret(call, text) {
                    continue;
                }
                let _ = out
                    .at_call(call, value.place)
                    .say(format!("the secret {name} is deployed as plain text"))
                    .label(format!("--{} hides nothing", flag.name))
                    .help(format!("printf '%s' \"${name}\" | npx wrangler secret put {name}"));
            }
        }
        let step = job.steps.get(call.step).filter(|_| call.program == Program::Action);
        let Some(vars) = step.filter(|_| call.deploys()).and_then(|step| step.input("vars")) else {
            continue;
        };
        for name in vars.as_str().unwrap_or_default().lines().map(str::trim) {
            if call.variable(name).is_some_and(|variable| variable.value.contains("secrets.")) {
                let _ = out
                    .at_call(call, Place { file: call.place.file, span: vars.span })
                    .say(format!("the secret {name} is deployed as plain text"))
                    .label("vars hides nothing")
                    .help(format!("move {name} to the input secrets"));
            }
        }
    }
}

/// Whether a text is a secret of the CI system, by itself or through one variable.
fn is_secret(call: &Call<'_>, text: &str) -> bool {
    let name =
        text.strip_prefix('$').map(|name| name.trim_start_matches('{').trim_end_matches('}'));
    text.contains("secrets.")
        || name
            .and_then(|name| call.variable(name))
            .is_some_and(|set| set.value.contains("secrets."))
}
