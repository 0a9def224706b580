//! # A Pages project has a key that Pages does not support
//!
//! ## What it checks
//!
//! Keys in a configuration with `pages_build_output_dir` against those that Pages supports, with
//! what an environment inherits.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` stops. `wrangler deploy`, run on a Pages project by mistake, goes on.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//! routes = ["shop.example.com/*"]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## How to fix
//!
//! Remove the key, or make the project a Worker with static assets.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::config::wrangler::{Environment, KEYS, Key, Setting};
use crate::core::model::{Data, Kind, Value};
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/unsupported-key",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-03", "CFG-16"],
    page: include_str!("unsupported_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind != Kind::Pages {
        return;
    }
    for environment in cx.environments() {
        for key in KEYS.iter().filter(|key| !key.pages && key.name != "main") {
            if let Some(setting) = environment.get(key.name).filter(|s| is_set(key, s)) {
                report(&environment, setting.entry.key_span, key.name, setting.path(), out);
            }
        }
        let queues = environment.get("queues");
        let consumers = queues.and_then(|queues| queues.value().as_object()?.entry("consumers"));
        if let Some(entry) = consumers.filter(|entry| !entry.value.items().is_empty()) {
            report(
                &environment,
                entry.key_span,
                "queues.consumers",
                environment.path("queues.consumers"),
                out,
            );
        }
    }
}

fn report(
    environment: &Environment<'_>,
    span: crate::core::model::Span,
    name: &str,
    path: String,
    out: &mut Findings<'_>,
) {
    let _ = out
        .at(span)
        .say(format!("Pages projects do not support `{name}`"))
        .fix(Edit::Remove { path: path.clone() })
        .path(path)
        .help(format!("remove `{name}`"))
        .on(environment);
}

/// Whether a key is set to something else than Wrangler's default, which it lets pass.
fn is_set(key: &Key, setting: &Setting<'_>) -> bool {
    let value = setting.value();
    let only = |name: &str| value.get(name).and_then(Value::as_bool);
    match &value.data {
        Data::Array(items) => !items.is_empty(),
        Data::Object(table) => match key.name {
            "observability" => !(table.entries.len() == 1 && only("enabled") == Some(true)),
            "triggers" | "logfwdr" | "build" | "python_modules" => !table.entries.is_empty(),
            _ => !table.entries.is_empty(),
        },
        _ => true,
    }
}
