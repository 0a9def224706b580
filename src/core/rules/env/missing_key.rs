//! # An environment lacks a key that it does not inherit
//!
//! ## What it checks
//!
//! Keys that stand at the top level, are not inherited, and do not stand in the environment: `vars`
//! and all bindings.
//!
//! ## Why it matters
//!
//! Wrangler warns, and deploys the environment without them. The Worker starts, and fails at the
//! first use of what is not there.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! REGION = "eu"
//!
//! [env.staging]
//! workers_dev = true
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
//!
//! [env.staging]
//! workers_dev = true
//! vars = { REGION = "eu" }
//! ```
//!
//! ## How to fix
//!
//! Repeat the key in the environment, with the values that belong there. Write an empty one where
//! the environment shall have none.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::{KEYS, Scope};
use crate::core::model::Place;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/missing-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-03"],
    page: include_str!("missing_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments().filter(|environment| !environment.is_top()) {
        let Some(name) = environment.name else { continue };
        let header = cx.service.environment_table(name).map(|table| table.span).unwrap_or_default();
        for key in KEYS.iter().filter(|key| key.scope == Scope::NotInherited) {
            if environment.own().get(key.name).is_some() {
                continue;
            }
            let Some(top) = environment.root().entry(key.name) else { continue };
            let file = cx.service.config.file;
            let _ = out
                .at(header)
                .say(format!("env.{name} has no `{}`, and does not inherit it", key.name))
                .label(format!("`{}` is missing here", key.name))
                .see(Place { file, span: top.key_span }, "the top level has it")
                .path(environment.path(key.name))
                .why("the environment is deployed without it; code that uses it fails at run time")
                .help(format!("add `{}` to env.{name}", key.name))
                .on(&environment);
        }
    }
}
