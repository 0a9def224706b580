//! # An environment lacks a variable that the top level has
//!
//! ## What it checks
//!
//! The names in `vars` and `define` at the top level that are not in the environment, and names in
//! an environment's `define` that the top level does not have.
//!
//! ## Why it matters
//!
//! Tables of variables are not merged. Wrangler warns, and deploys the environment without the
//! variable: `env.NAME` is undefined.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! REGION = "eu"
//! CURRENCY = "EUR"
//!
//! [env.staging.vars]
//! REGION = "eu"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! REGION = "eu"
//! CURRENCY = "EUR"
//!
//! [env.staging.vars]
//! REGION = "eu"
//! CURRENCY = "EUR"
//! ```
//!
//! ## How to fix
//!
//! Add the variable to the environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/missing-var",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-03"],
    page: include_str!("missing_var.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let file = cx.service.config.file;
    for environment in cx.environments().filter(|environment| !environment.is_top()) {
        for key in ["vars", "define"] {
            let (Some(top), Some(own)) =
                (environment.root().entry(key), environment.own().entry(key))
            else {
                continue;
            };
            let (above, here) = (top.value.entries(), own.value.entries());
            for entry in above.iter().filter(|entry| own.value.get(&entry.key).is_none()) {
                let name = &entry.key;
                let _ = out
                    .at(own.key_span)
                    .say(format!("`{name}` is missing from `{}`", environment.path(key)))
                    .label(format!("`{name}` is missing here"))
                    .see(Place { file, span: entry.key_span }, "the top level has it")
                    .path(format!("{}.{name}", environment.path(key)))
                    .why("the environment is deployed without it, and the code finds it undefined")
                    .help(format!("add `{name}` to {}", environment.path(key)))
                    .on(&environment);
            }
            // An environment may only override what the top level defines.
            let overrides = key == "define" && !above.is_empty();
            for entry in
                here.iter().filter(|entry| overrides && top.value.get(&entry.key).is_none())
            {
                let _ = out
                    .at(entry.key_span)
                    .say(format!(
                        "`{}` defines `{}`, which the top level does not",
                        environment.path(key),
                        entry.key
                    ))
                    .path(format!("{}.{}", environment.path(key), entry.key))
                    .help(format!("add `{}` to `define` at the top level too", entry.key))
                    .on(&environment);
            }
        }
    }
}
