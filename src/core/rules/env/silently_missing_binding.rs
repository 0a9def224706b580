//! # An environment lacks a binding, and Wrangler does not notice
//!
//! ## What it checks
//!
//! For `queues.producers`, `ratelimits` and `send_email`, where both the top level and an
//! environment have some: the names at the top level that are not in the environment. All other
//! lists are compared by Wrangler too, and by `env/missing-binding`.
//!
//! ## Why it matters
//!
//! Lists of bindings are not merged. Wrangler looks for these under the wrong key, so that it does
//! not warn, and deploys the environment without the binding.
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
//! [[queues.producers]]
//! binding = "MAILS"
//! queue = "mails"
//!
//! [[queues.producers]]
//! binding = "INVOICES"
//! queue = "invoices"
//!
//! [[env.staging.queues.producers]]
//! binding = "MAILS"
//! queue = "mails-staging"
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
//! [[queues.producers]]
//! binding = "MAILS"
//! queue = "mails"
//!
//! [[env.staging.queues.producers]]
//! binding = "MAILS"
//! queue = "mails-staging"
//! ```
//!
//! ## How to fix
//!
//! Add the binding to the environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/silently-missing-binding",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-03"],
    page: include_str!("silently_missing_binding.rs"),
    check: Check::Service(check),
};

/// The keys that hold such lists, and the path of the list.
const LISTS: [(&str, &str); 3] =
    [("queues", "queues.producers"), ("ratelimits", "ratelimits"), ("send_email", "send_email")];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let file = cx.service.config.file;
    let mut environments = cx.environments();
    let Some(top) = environments.next() else { return };
    for environment in environments {
        for (key, list) in LISTS {
            let Some(own) = environment.own().entry(key) else { continue };
            let here = environment.bindings_of(key);
            // Wrangler does notice an empty list of these two.
            if here.is_empty() && key != "queues" {
                continue;
            }
            for missing in top.bindings_of(key) {
                let Some(name) = missing.name else { continue };
                if here.iter().any(|binding| binding.name == Some(name)) {
                    continue;
                }
                let path = environment.path(list);
                let _ = out
                    .at(own.key_span)
                    .say(format!("`{path}` has no `{name}`"))
                    .label(format!("`{name}` is missing here"))
                    .see(Place { file, span: missing.name_span }, "the top level has it")
                    .why("the environment is deployed without it")
                    .help(format!("add `{name}` to {path}"))
                    .path(path)
                    .on(&environment);
            }
        }
    }
}
