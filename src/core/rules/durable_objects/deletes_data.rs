//! # A deployment destroys the data of Durable Objects
//!
//! ## What it checks
//!
//! `deleted_classes` in the newest migration, and classes in `exports` with `state = "deleted"`.
//! Older migrations have been applied, and are not judged; with the account in view, those that the
//! live Worker has applied.
//!
//! ## Why it matters
//!
//! Every object of the class is deleted with everything it stores. There is no way back, no backup,
//! and no question: Wrangler says nothing.
//!
//! Somebody has to want this. Say so with a reason: `# clodo-ignore durable-objects/deletes-data:
//! why` above the line, or in `clodo.yml`.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart", "Visit"]
//!
//! [[migrations]]
//! tag = "v2"
//! deleted_classes = ["Visit"]
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart", "Visit"]
//!
//! [[migrations]]
//! tag = "v2"
//! # clodo-ignore durable-objects/deletes-data: nobody reads visits any more, exported in May
//! deleted_classes = ["Visit"]
//! ```
//!
//! ## How to fix
//!
//! Copy what is still needed, make sure that nobody uses the class, and write down that the
//! deletion is wanted. To keep the data under another name, use `renamed_classes`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::lifecycle::{Change, applied, impossible, steps};
use crate::core::model::{Severity, Span, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/deletes-data",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-07"],
    page: include_str!("deletes_data.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        if let Some(migrations) = environment.get("migrations") {
            // Where the live Worker says what it has applied, everything after that; else the last.
            let live = cx.run.deployed(&environment).and_then(|worker| worker.live);
            let first = match live {
                Some(live) => applied(migrations.value(), live.migration_tag.as_deref()),
                None => migrations.value().items().len().saturating_sub(1),
            };
            let steps = steps(migrations.value());
            let impossible = impossible(&steps);
            let deletions = steps.iter().filter(|step| {
                // What was never there is another rule's business.
                let there = impossible.iter().all(|(wrong, _)| wrong.span != step.span);
                step.change == Change::Delete && step.migration >= first && there
            });
            for step in deletions {
                let path = step.path(&migrations.path());
                say(out, &environment, step.class, step.span, path, &step.title());
            }
        }
        let Some(exports) = environment.get("exports") else { continue };
        for entry in exports.value().entries() {
            let text = |key: &str| entry.value.get(key).and_then(Value::as_str);
            if text("type") == Some("durable-object") && text("state") == Some("deleted") {
                let path = format!("{}.{}.state", exports.path(), entry.key);
                let span = entry.value.get("state").map_or(entry.key_span, |state| state.span);
                say(out, &environment, &entry.key, span, path, "`exports`");
            }
        }
    }
}

fn say(
    out: &mut Findings<'_>,
    environment: &Environment<'_>,
    class: &str,
    span: Span,
    path: String,
    by: &str,
) {
    let _ = out
        .at(span)
        .say(format!("{by} deletes the Durable Object class {class} and all of its data"))
        .label("there is no way back")
        .path(path)
        .why("every object of the class is gone with what it stores, and Wrangler does not ask")
        .help("if it is wanted: # clodo-ignore durable-objects/deletes-data: and the reason")
        .on(environment);
}
