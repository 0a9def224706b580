//! # The code relies on secrets or variables that the configuration does not name
//!
//! ## What it checks
//!
//! Names that the code reads from `env` without a test for their absence, and that are neither a
//! binding, nor in `vars`, nor in `secrets.required`. With `keep_vars` they may come from the
//! dashboard, and the rule is silent. Where an environment has `secrets.required`, a name that is
//! missing there is a warning.
//!
//! ## Why it matters
//!
//! Secrets live with the Worker, not in the file, and each environment is a Worker of its own: a new
//! one has none. Wrangler looks only for those that `secrets.required` names, and stops when one is
//! missing. The others are undefined at run time, and nothing says so before.
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
//! export default {
//!   async fetch(request, env) {
//!     return fetch("https://payments.example.com/", { headers: { authorization: env.PAYMENTS_KEY } });
//!   },
//! } satisfies ExportedHandler<Env>;
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
//! [secrets]
//! required = ["PAYMENTS_KEY"]
//! ```
//!
//! ```ts src/index.ts
//! export default {
//!   async fetch(request, env) {
//!     return fetch("https://payments.example.com/", { headers: { authorization: env.PAYMENTS_KEY } });
//!   },
//! } satisfies ExportedHandler<Env>;
//! ```
//!
//! ## How to fix
//!
//! Name secrets in `secrets.required`, and everything else in `vars`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>
//! - <https://github.com/cloudflare/workers-sdk/issues/12732>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::{required, undeclared};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/undeclared",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-01"],
    page: include_str!("undeclared.rs"),
    check: Check::Service(check),
};

/// How many names a message holds.
const NAMES: usize = 5;

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(facts) = cx.run.workspace.sources.handwritten(&environment) else { continue };
        // Where the live Worker is known, `secrets/not-set` knows which secrets it has.
        let worker = cx.run.deployed(&environment);
        if worker.is_some_and(|worker| worker.settings().is_some()) {
            continue;
        }
        let keeps = environment.get("keep_vars").and_then(|setting| setting.value().as_bool());
        if keeps == Some(true) {
            continue;
        }
        let mut missing = undeclared(facts, &environment);
        // Other capitals are `bindings/undeclared`'s business.
        missing.retain(|one| !one.binding && one.similar.is_none());
        let Some(first) = missing.first() else { continue };
        let names: Vec<&str> = missing.iter().map(|one| one.name).take(NAMES).collect();
        let more = match missing.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let declares = required(&environment).next().is_some();
        let _ = out
            .in_file(first.place.file, first.place.span)
            .say(format!(
                "the configuration names neither a variable nor a secret {}{more}",
                names.join(", ")
            ))
            .severity(if declares { Severity::Warning } else { Severity::Note })
            .path("secrets.required")
            .why("a secret that is not set is undefined at run time, and nothing says so before")
            .help("add secrets to secrets.required, so that Wrangler looks for them")
            .on(&environment);
    }
}
