//! # Two environments deploy one Worker
//!
//! ## What it checks
//!
//! Environments whose `name` is that of another environment, or of the top level. It is usual that
//! production has the name of the top level, and nothing is said about it. Nor is anything said
//! where the top level holds nothing of its own that could be deployed: no variables, no bindings,
//! no routes and no triggers. Environments with another `account_id` are not compared.
//!
//! It is a warning where one of the two may be for development alone.
//!
//! ## Why it matters
//!
//! An environment is a Worker of its own, and its name says which. The deployment of one
//! environment replaces the other: its code, its bindings, its variables. Wrangler says nothing.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [vars]
//! CURRENCY = "EUR"
//!
//! [env.staging]
//! name = "shop"
//! vars = { CURRENCY = "TEST" }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [vars]
//! CURRENCY = "EUR"
//!
//! [env.staging]
//! name = "shop-staging"
//! vars = { CURRENCY = "TEST" }
//! ```
//!
//! ## How to fix
//!
//! Give the environment another name, or remove its `name`: then it is `name-environment`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::stages::{is_production, may_be_local, spoken};
use crate::core::config::wrangler::{Environment, KEYS, Scope};
use crate::core::model::{Kind, Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/same-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-05"],
    page: include_str!("same_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages {
        return;
    }
    let mut known: Vec<(Environment<'_>, String)> = Vec::new();
    for environment in cx.environments() {
        let Some(worker) = environment.worker().filter(|name| placeholder(name).is_none()) else {
            continue;
        };
        let same = |(other, name): &&(Environment<'_>, String)| {
            *name == worker && !other_account(other, &environment) && !is_usual(other, &environment)
        };
        if let Some((other, _)) = known.iter().find(same) {
            let (here, there) = (spoken(&environment), spoken(other));
            let name = environment.get("name");
            let span = name.map_or(cx.service.headline(), |name| name.span());
            let first = other.get("name").map_or(cx.service.headline(), |name| name.span());
            let local = may_be_local(&environment) || (may_be_local(other) && !other.is_top());
            let _ = out
                .at(span)
                .say(format!("{here} and {there} both deploy the Worker {worker}"))
                .label("the same name again")
                .see(Place { file: cx.service.config.file, span: first }, "the first one")
                .path(environment.path("name"))
                .why("the deployment of one replaces the other")
                .help(format!("write name = \"{worker}-{here}\""))
                .severity(if local { Severity::Warning } else { Severity::Error })
                .on(&environment);
        }
        known.push((environment, worker));
    }
}

/// Whether the top level is only there for its environments, one of which has taken its name.
fn is_usual(top: &Environment<'_>, environment: &Environment<'_>) -> bool {
    top.is_top() && (is_production(environment) || !holds_anything(top))
}

fn holds_anything(top: &Environment<'_>) -> bool {
    let keys = KEYS.iter().filter(|key| {
        key.scope == Scope::NotInherited || matches!(key.name, "route" | "routes" | "triggers")
    });
    keys.map(|key| key.name).any(|name| top.get(name).is_some())
}

fn other_account(one: &Environment<'_>, other: &Environment<'_>) -> bool {
    match (one.text("account_id"), other.text("account_id")) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}
