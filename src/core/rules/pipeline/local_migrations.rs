//! # The pipeline migrates a local database
//!
//! ## What it checks
//!
//! `wrangler d1 migrations apply` without `--remote` and `--local`, before a deployment in the same
//! job or in the same script of `package.json`. It is a warning where another call has `--remote`,
//! where the job runs tests, and for `wrangler d1 execute`, because the local database may be for a
//! test.
//!
//! ## Why it matters
//!
//! Without `--remote` Wrangler takes the local database of `wrangler dev`. In a pipeline that one is
//! new and empty: every migration is applied to it, Wrangler ends with success, and it is thrown away
//! with the machine. The real database stays as it was, and the new code fails with `no such table`.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "3a0fa2c3-6c7e-4d0c-9b0e-5a1d2f7e8c41"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     env:
//!       CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!       CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 d1 migrations apply shop
//!       - run: npx wrangler@4.164.0 deploy
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
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "3a0fa2c3-6c7e-4d0c-9b0e-5a1d2f7e8c41"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     env:
//!       CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!       CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 d1 migrations apply shop --remote
//!       - run: npx wrangler@4.164.0 deploy
//! ```
//!
//! ## How to fix
//!
//! Add `--remote`. Where the local database is meant, say so with `--local`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/wrangler-commands/>
//! - <https://github.com/cloudflare/workers-sdk/issues/7657>

use std::collections::BTreeSet;

use semver::Version;

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, System};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/local-migrations",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-08", "CI-03"],
    page: include_str!("local_migrations.rs"),
    check: Check::Workspace(check),
};

const APPLY: [&str; 3] = ["d1", "migrations", "apply"];
const EXECUTE: [&str; 2] = ["d1", "execute"];

/// Since when Wrangler takes the local database where nothing is said (recorded: 3.33.0 does, 3.32.0
/// takes the remote one).
const LOCAL_SINCE: Version = Version::new(3, 33, 0);

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let remote = remote(cx);
    for (pipeline, job) in cx.pipelines.jobs() {
        let Some(last) = job.calls.iter().rposition(Call::deploys) else { continue };
        for call in &job.calls[..last] {
            if !is_local(cx, call) {
                continue;
            }
            let (severity, command) = match call.arguments.after(&APPLY) {
                Some(words) => match job.tests
                    || words.first().is_some_and(|name| remote.contains(&*name.text))
                {
                    true => (Severity::Warning, "d1 migrations apply"),
                    false => (Severity::Error, "d1 migrations apply"),
                },
                None if pipeline.system == System::Scripts => continue,
                None => (Severity::Warning, "d1 execute"),
            };
            let _ = out
                .at_call(call, call.place)
                .say(format!(
                    "{command} without --remote changes a local database, not the deployed one"
                ))
                .label("takes the local database")
                .why("the local database is thrown away, and the new code meets an old schema")
                .help("add --remote, or --local where that is meant")
                .severity(severity);
        }
    }
}

/// Whether a call takes the local database because nothing is said.
fn is_local(cx: &Context<'_>, call: &Call<'_>) -> bool {
    let said = ["remote", "local", "preview", "persist-to"];
    (call.is(&APPLY) || call.is(&EXECUTE))
        && call.arguments.complete
        && !call.conditional
        && !said.iter().any(|flag| call.arguments.flag(flag).is_some())
        && call.pinned(cx.workspace).is_none_or(|pinned| pinned.version >= LOCAL_SINCE)
}

/// The databases that something does migrate with `--remote`.
fn remote<'c>(cx: &'c Context<'_>) -> BTreeSet<&'c str> {
    let remote = cx.pipelines.calls().filter(|(_, _, call)| call.arguments.has("remote"));
    remote.filter_map(|(_, _, call)| Some(&*call.arguments.after(&APPLY)?.first()?.text)).collect()
}
