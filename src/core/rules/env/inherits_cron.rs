//! # An environment runs the cron triggers of another
//!
//! ## What it checks
//!
//! Environments without `triggers` of their own whose top level has `triggers.crons`.
//!
//! It is an error where the top level is production, that is, where no environment is called so:
//! then the crons were written for it. Where production inherits them too, they may be meant for
//! all, so that it is a warning for the others. Nothing is said about environments that may be for
//! development alone, and about production itself.
//!
//! ## Why it matters
//!
//! `triggers` are inherited; `vars` and bindings are not. Once the environment is deployed, each
//! job runs once more every time, with whatever the environment is bound to. Wrangler says nothing.
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
//! [triggers]
//! crons = ["0 4 * * *"]
//!
//! [env.staging]
//! workers_dev = false
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
//! [triggers]
//! crons = ["0 4 * * *"]
//!
//! [env.staging]
//! workers_dev = false
//! triggers = { crons = [] }
//! ```
//!
//! ## How to fix
//!
//! Give the environment `triggers` of its own: `crons = []` for none.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/cron-triggers/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::stages::{is_production, may_be_local};
use crate::core::model::{Edit, Kind, Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/inherits-cron",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-04", "CR-05"],
    page: include_str!("inherits_cron.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(top) = cx.environments().next().filter(|_| cx.service.kind == Kind::Worker) else {
        return;
    };
    let crons =
        top.get("triggers").and_then(|triggers| triggers.value().as_object()?.entry("crons"));
    let Some(crons) = crons.filter(|crons| !crons.value.items().is_empty()) else { return };
    let file = cx.service.config.file;
    let several = if crons.value.items().len() > 1 { "s" } else { "" };
    for environment in cx.environments().filter(|environment| !environment.is_top()) {
        let inherits = environment.get("triggers").is_some_and(|triggers| triggers.inherited);
        if !inherits || is_production(&environment) || may_be_local(&environment) {
            continue;
        }
        let Some(name) = environment.name else { continue };
        let table = cx.service.environment_table(name).map(|table| table.span).unwrap_or_default();
        let path = environment.path("triggers");
        let _ = out
            .at(crons.key_span.to(crons.value.span))
            .say(format!("{name} runs the cron trigger{several} of the top level as well"))
            .label(format!("env.{name} inherits this"))
            .see(Place { file, span: table }, "and has no triggers of its own")
            .why(format!("each job then runs twice, once with the bindings of {name}"))
            .help(format!("add triggers = {{ crons = [] }} to env.{name}, or triggers of its own"))
            .fix(Edit::Set { path: path.clone(), value: serde_json::json!({ "crons": [] }) })
            .path(path)
            .severity(if is_production(&top) { Severity::Error } else { Severity::Warning })
            .on(&environment);
    }
}
