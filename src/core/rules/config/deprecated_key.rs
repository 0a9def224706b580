//! # A key that is on its way out
//!
//! ## What it checks
//!
//! Keys that still work, or that are still accepted, and that Wrangler warns about:
//! `site.entry-point`, `delivery_delay` of queue producers, `pipeline` of pipelines, old keys of
//! containers, old instance types.
//!
//! ## Why it matters
//!
//! Some of them have no effect any more. The rest will stop working with some later version of
//! Wrangler.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[queues.producers]]
//! binding = "ORDERS"
//! queue = "orders"
//! delivery_delay = 60
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[queues.producers]]
//! binding = "ORDERS"
//! queue = "orders"
//! ```
//!
//! ## How to fix
//!
//! Use what the message names instead.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::wrangler::Level;
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::model::{Entry, Value};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/deprecated-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-17"],
    page: include_str!("deprecated_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("queues") {
            queue_producers(&level, value, &path, out);
        }
        for (value, path) in level.with_previews("pipelines") {
            pipelines(&level, value, &path, out);
        }
        for (value, path) in level.with_previews("containers") {
            containers(&level, value, &path, out);
        }
    }
    site(cx, out);
}

fn say(
    out: &mut Findings<'_>,
    level: &Level<'_>,
    entry: &Entry,
    path: String,
    help: &'static str,
    edit: Option<Edit>,
) {
    let draft = out
        .at(entry.key_span.to(entry.value.span))
        .say(format!("`{path}` is deprecated"))
        .path(path)
        .help(help)
        .written_in(level);
    if let Some(edit) = edit {
        let _ = draft.fix(edit);
    }
}

fn queue_producers(level: &Level<'_>, queues: &Value, path: &str, out: &mut Findings<'_>) {
    let producers = queues.get("producers").map(Value::items).unwrap_or_default();
    for (index, producer) in producers.iter().enumerate() {
        if let Some(entry) = producer.as_object().and_then(|table| table.entry("delivery_delay")) {
            let path = format!("{path}.producers[{index}].delivery_delay");
            let help = "remove it, it has no effect; set the delay with `wrangler queues update`";
            let edit = Edit::Remove { path: path.clone() };
            say(out, level, entry, path, help, Some(edit));
        }
    }
}

fn pipelines(level: &Level<'_>, list: &Value, path: &str, out: &mut Findings<'_>) {
    for (index, item) in list.items().iter().enumerate() {
        let Some(table) = item.as_object() else { continue };
        let streams = table.get("stream").is_some_and(|stream| !stream.is_falsy());
        let pipeline = table.entry("pipeline").filter(|e| !streams && !e.value.is_falsy());
        if let Some(entry) = pipeline {
            let path = format!("{path}[{index}].pipeline");
            let unnamed = table.get("stream").is_none();
            let edit = unnamed.then(|| Edit::Rename { path: path.clone(), to: "stream".into() });
            say(out, level, entry, path, "write `stream` instead of `pipeline`", edit);
        }
    }
}

/// Old keys of containers, what replaces them, and their new name where that is all.
const CONTAINER_KEYS: &[(&str, &str, Option<&str>)] = &[
    ("configuration", "move `image` up to the container and set limits with `instance_type`", None),
    ("instances", "write `max_instances`", Some("max_instances")),
    ("durable_objects", "write `class_name`", None),
    ("wrangler_ssh", "write `ssh`", Some("ssh")),
];

/// Old names of instance types, and the new ones.
const INSTANCE_TYPES: &[(&str, &str, &str)] = &[
    ("dev", "lite", "write \"lite\", its new name"),
    ("standard", "standard-1", "write \"standard-1\", its new name"),
];

fn containers(level: &Level<'_>, value: &Value, path: &str, out: &mut Findings<'_>) {
    for (index, item) in value.items().iter().enumerate() {
        let Some(table) = item.as_object() else { continue };
        if table.get("scheduling_policy").and_then(Value::as_str) == Some("durable_object") {
            continue;
        }
        for (key, help, new) in CONTAINER_KEYS {
            if let Some(entry) = table.entry(key) {
                let path = format!("{path}[{index}].{key}");
                let free = new.filter(|new| table.get(new).is_none());
                let edit = free.map(|new| Edit::Rename { path: path.clone(), to: new.into() });
                say(out, level, entry, path, help, edit);
            }
        }
        if let Some(entry) = table.entry("instance_type") {
            let old = INSTANCE_TYPES.iter().find(|(old, ..)| entry.value.as_str() == Some(old));
            if let Some((_, new, help)) = old {
                let path = format!("{path}[{index}].instance_type");
                let edit = Edit::Set { path: path.clone(), value: (*new).into() };
                say(out, level, entry, path, help, Some(edit));
            }
        }
        let constraints = table.get("constraints").and_then(Value::as_object);
        if let Some(entry) = constraints.and_then(|constraints| constraints.entry("tier")) {
            let path = format!("{path}[{index}].constraints.tier");
            say(out, level, entry, path, "write `tiers`, a list", None);
        }
    }
}

fn site(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(site) = cx.root().and_then(|root| root.entry("site")) else { return };
    let Some(table) = site.value.as_object() else { return };
    if let Some(entry) = table.entry("entry-point") {
        let _ = out
            .at(entry.key_span.to(entry.value.span))
            .say("`site.entry-point` is deprecated")
            .path("site.entry-point")
            .help("remove it and name the entry point with `main` at the top level")
            .everywhere(cx.service);
        return;
    }
    for environment in cx.environments().filter(|environment| environment.get("main").is_none()) {
        let _ = out
            .at(site.key_span)
            .say("`site` without `main` takes its entry point from `workers-site`, which is deprecated")
            .path("site.entry-point")
            .help("add main = \"workers-site/index.js\"")
            .on(&environment);
    }
}
