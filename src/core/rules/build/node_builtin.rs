//! # The code imports a module of Node that the Worker does not get
//!
//! ## What it checks
//!
//! Imports of Node's own modules (`fs`, `node:crypto`) in the code of a Worker, against
//! `compatibility_date` and `compatibility_flags`: all of them need `nodejs_compat`, which is on by
//! itself from 2026-08-04; names without `node:` also need a date from 2024-09-23. Imports that a `try`
//! surrounds, and names that a package of the project has, are left alone.
//!
//! ## Why it matters
//!
//! Without `node:`, Wrangler stops: `Could not resolve "fs"`. With it, Wrangler only warns, and
//! Cloudflare refuses the upload, because the code does not start: `No such module "node:fs"`.
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
//! ```ts src/index.ts
//! import { readFileSync } from "node:fs";
//!
//! export default {
//!   async fetch() {
//!     return new Response(readFileSync("/bundle/hello.txt"));
//!   },
//! };
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
//! compatibility_flags = ["nodejs_compat"]
//! ```
//!
//! ```ts src/index.ts
//! import { readFileSync } from "node:fs";
//!
//! export default {
//!   async fetch() {
//!     return new Response(readFileSync("/bundle/hello.txt"));
//!   },
//! };
//! ```
//!
//! ## How to fix
//!
//! Add `nodejs_compat` to `compatibility_flags`, in every environment that has flags of its own.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/nodejs/>
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-flags/#nodejs-compatibility-flag>

use std::collections::BTreeSet;

use crate::core::config::wrangler::{NodeCompat, command_line};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::{Kind, Specifier};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/node-builtin",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["BLD-01"],
    page: include_str!("node_builtin.rs"),
    check: Check::Service(check),
};

/// What a command line may add to the date and the flags.
const OPTIONS: [&str; 3] = ["--compatibility-", "--node-compat", "--latest"];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.bundled(&environment) else { continue };
        let Some(compat) = NodeCompat::of(&environment) else { continue };
        if compat == NodeCompat::Full
            || facts.builtins.is_empty()
            || command_line::is_mentioned(cx.run.workspace, cx.service, &OPTIONS)
        {
            continue;
        }
        let flags = environment.get("compatibility_flags").map(|setting| setting.path());
        let flags = flags.unwrap_or_else(|| "compatibility_flags".to_owned());
        let mut told = BTreeSet::new();
        for import in facts.builtins.iter().filter(|import| import.kind != Kind::Tried) {
            let Specifier::Builtin { name, prefixed } = Specifier::of(&import.specifier) else {
                continue;
            };
            let works = prefixed
                && match compat {
                    NodeCompat::Full | NodeCompat::Prefixed => true,
                    NodeCompat::AsyncHooks => name == "async_hooks",
                    NodeCompat::None => false,
                };
            // What is fetched while the Worker runs fails there, and may be meant to.
            let later = prefixed && import.kind != Kind::Static;
            if works || later || !told.insert(&import.specifier) {
                continue;
            }
            let (says, why, help) = match (prefixed, compat) {
                (false, NodeCompat::Prefixed) => (
                    WranglerSays::Fails,
                    "Wrangler cannot resolve the name without node: at this compatibility date",
                    format!("import \"node:{name}\", or use a date from 2024-09-23"),
                ),
                (false, _) => (
                    WranglerSays::Fails,
                    "Wrangler cannot resolve it, and stops",
                    "add \"nodejs_compat\" to compatibility_flags".to_owned(),
                ),
                (true, _) => (
                    WranglerSays::Fails,
                    "Wrangler warns; then the code does not start, and Cloudflare refuses it",
                    "add \"nodejs_compat\" to compatibility_flags".to_owned(),
                ),
            };
            let _ = out
                .in_file(import.place.file, import.place.span)
                .say(format!(
                    "{} is a module of Node, which this Worker does not get",
                    import.specifier
                ))
                .path(flags.clone())
                .wrangler(says)
                .why(why)
                .help(help)
                .on(&environment);
        }
    }
}
