//! # The pipeline stores an empty secret
//!
//! ## What it checks
//!
//! `wrangler secret put`, `wrangler versions secret put` and `wrangler pages secret put` in
//! pipelines: with nothing to read, and with an `echo` of a variable that nothing in the workflow
//! sets.
//!
//! ## Why it matters
//!
//! Wrangler reads the secret from its standard input. A pipeline has none, so Wrangler stores an
//! empty text in place of the secret that is there, says `Success! Uploaded secret`, and ends with
//! exit code 0.
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
//!       - run: npx wrangler@4.164.0 secret put API_KEY
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
//!       - run: printf '%s' "$API_KEY" | npx wrangler@4.164.0 secret put API_KEY
//!         env:
//!           API_KEY: ${{ secrets.API_KEY }}
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Give the value through a pipe, from a variable that the step sets: `env: { API_KEY: "${{
//! secrets.API_KEY }}" }` and `printf '%s' "$API_KEY" | npx wrangler secret put API_KEY`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/commands/#secret>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Input, System, Word};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/empty-secret",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-09"],
    page: include_str!("empty_secret.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (pipeline, _, call) in cx.pipelines.calls() {
        let commands =
            [&["secret", "put"][..], &["versions", "secret", "put"], &["pages", "secret", "put"]];
        let Some(words) = commands.iter().find_map(|command| call.arguments.after(command)) else {
            continue;
        };
        let name = words.first().and_then(|word| word.known()).unwrap_or("the secret");
        match &call.input {
            _ if pipeline.system == System::Scripts => {}
            Input::Nothing => {
                let certain = pipeline.system == System::Github && !call.conditional;
                let _ = out
                    .at_call(call, call.place)
                    .say(format!("{name} becomes empty: there is nothing to read it from"))
                    .why("a pipeline has no standard input, and Wrangler takes that for the value")
                    .help(format!("printf '%s' \"${name}\" | npx wrangler secret put {name}"))
                    .severity(if certain { Severity::Error } else { Severity::Warning });
            }
            Input::Command(producer) => {
                let Some(variable) = unset(call, producer) else { continue };
                let _ = out
                    .at_call(call, call.place)
                    .say(format!("{name} becomes empty: nothing sets {variable} here"))
                    .why("Wrangler stores the empty text in place of the secret that is there")
                    .help(format!(
                        "add to the step: env: {{ {variable}: \"${{{{ secrets.{variable} }}}}\" }}"
                    ))
                    .severity(Severity::Warning);
            }
            Input::Given => {}
        }
    }
}

/// The variable that an `echo` prints although nothing sets it, where that is certain.
fn unset<'c>(call: &Call<'_>, producer: &'c [Word]) -> Option<&'c str> {
    /// Variables that the machine sets.
    const GIVEN: [&str; 4] = ["GITHUB_", "RUNNER_", "ACTIONS_", "CI"];
    let (program, rest) = producer.split_first()?;
    let value = rest.last()?;
    let dollar = value.text.strip_prefix('$')?;
    let name = dollar.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(dollar);
    let plain =
        name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let certain = matches!(&*program.text, "echo" | "printf")
        && call.sealed
        && plain
        && !name.is_empty()
        && call.variable(name).is_none()
        && !GIVEN.iter().any(|given| name.starts_with(given));
    certain.then_some(name)
}
