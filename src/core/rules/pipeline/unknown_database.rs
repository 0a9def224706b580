//! # The pipeline names a database that the configuration does not have
//!
//! ## What it checks
//!
//! The database of `wrangler d1 migrations apply` and `list`, and of `wrangler d1 execute` without
//! `--remote`, against the bindings and names in `d1_databases` of the environment that the call
//! chooses.
//!
//! ## Why it matters
//!
//! Wrangler looks the database up in the configuration, and ends with `Couldn't find a D1 DB with the
//! name or binding`. Bindings are not inherited: with `--env` only those of that environment count.
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
//!       - run: npx wrangler@4.164.0 d1 migrations apply shopp --remote
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
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or add the database to the environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/wrangler-commands/>

use crate::core::config::shape::closest;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::pipeline::{Call, Word};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/unknown-database",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-09"],
    page: include_str!("unknown_database.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let Some(word) = database(call).filter(|_| call.arguments.complete) else { continue };
        let Some(environment) = call.environment() else { continue };
        if environment.service.redirect.is_some() {
            continue;
        }
        let bindings = environment.bindings_of("d1_databases");
        let names = || {
            bindings.iter().flat_map(|binding| {
                [binding.name, binding.value.get("database_name").and_then(Value::as_str)]
            })
        };
        let Some(name) = word.known().filter(|name| !names().any(|known| known == Some(name)))
        else {
            continue;
        };
        let service = &environment.service.name;
        let whose = match environment.name {
            None => service.to_string(),
            Some(environment) => format!("env.{environment} of {service}"),
        };
        let draft = out
            .at_call(call, word.place)
            .say(format!("{whose} has no D1 database {name}"))
            .label("not in d1_databases");
        let _ = match closest(name, names().flatten()) {
            Some(meant) => draft.help(format!("write {meant}")),
            None => draft.help("name a binding or a database_name of the configuration"),
        };
    }
}

/// The word that names a database which must stand in the configuration.
fn database<'c>(call: &'c Call<'_>) -> Option<&'c Word> {
    let migrations =
        ["apply", "list"].iter().find_map(|what| call.arguments.after(&["d1", "migrations", what]));
    // With `--remote`, `d1 execute` also finds what only the account knows.
    let local = !call.arguments.has("remote") && !call.arguments.has("preview");
    let execute = call.arguments.after(&["d1", "execute"]).filter(|_| local);
    migrations.or(execute)?.first()
}
