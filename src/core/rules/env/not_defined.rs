//! # The chosen environment does not exist
//!
//! ## What it checks
//!
//! Each environment named with `--env` against those that a service defines.
//!
//! ## Why it matters
//!
//! With other environments defined Wrangler stops. With none defined it only warns, and deploys a
//! new Worker `name-environment` with the bindings of the top level, which is usually production's.
//!
//! ## Example
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//!
//! [env.staging]
//! # clodo check --env prod
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or define the environment. The top level is chosen with `--env ""`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::shape::closest;
use crate::core::model::Kind;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/not-defined",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-01"],
    page: include_str!("not_defined.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages || cx.is_redirected() || cx.root().is_none() {
        return;
    }
    let defined = &cx.service.environments;
    let asked = cx.run.environments.iter().filter(|name| !name.is_empty());
    for name in asked.filter(|name| defined.iter().all(|known| **known != **name)) {
        let service = &cx.service.name;
        let env = cx.root().and_then(|root| root.entry("env"));
        let draft = out
            .at(env.map_or(cx.service.headline(), |env| env.key_span))
            .say(format!("{service} has no environment {name}"))
            .path(format!("env.{name}"))
            .in_environment(Some(name));
        let _ = match closest(name, defined.iter().map(AsRef::as_ref)) {
            Some(meant) => draft.help(format!("write --env {meant}")),
            None if env.is_none_or(|env| env.value.is_falsy()) => draft
                .wrangler(WranglerSays::Warns)
                .why(format!("Wrangler would deploy a new Worker, {service}-{name}, with the bindings of the top level"))
                .help(format!("define [env.{name}]")),
            None if defined.is_empty() => draft.help(format!("define [env.{name}]")),
            None => draft.help(format!("it defines {}", defined.join(", "))),
        };
    }
}
