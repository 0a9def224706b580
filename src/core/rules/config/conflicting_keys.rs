//! # Two keys that exclude each other
//!
//! ## What it checks
//!
//! Keys of which only one may be there: `route` and `routes`, `main` and `site.entry-point`,
//! `destination_address` and `allowed_destination_addresses`, and others.
//!
//! ## Why it matters
//!
//! Wrangler stops, because it cannot tell which one is meant.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! route = "shop.example.com/*"
//! routes = ["www.example.com/*"]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = ["shop.example.com/*", "www.example.com/*"]
//! ```
//!
//! ## How to fix
//!
//! Keep one of the two.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::wrangler::Level;
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::model::{Object, Place, Value};
use crate::core::rules::{Check, Draft, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/conflicting-keys",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-07"],
    page: include_str!("conflicting_keys.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        // An empty `route` is dropped with a warning of its own.
        if level.get("route").is_none_or(|route| route.as_str() != Some(""))
            && let Some(draft) = exclusive(&level, level.table, "", ["routes", "route"], out)
        {
            // One list can hold both, if both are what they should be.
            let one = level.get("route").and_then(Value::as_str);
            let list = level.get("routes").and_then(Value::as_array);
            if let (Some(route), Some(_)) = (one, list) {
                let _ = draft
                    .fix(Edit::Append { path: level.path("routes"), value: route.into() })
                    .fix(Edit::Remove { path: level.path("route") });
            }
        }
        for (value, path) in level.with_previews("send_email") {
            each(value, &path, |table, path| {
                let pair = ["allowed_destination_addresses", "destination_address"];
                exclusive(&level, table, path, pair, out);
            });
        }
        for (value, path) in level.with_previews("services") {
            each(value, &path, |table, path| dev_and_remote(&level, table, path, out));
        }
        for (value, path) in level.with_previews("k2") {
            each(value, &path, |table, path| local_k2(&level, table, path, out));
        }
        if let Some(table) = level.get("cloudchamber").and_then(Value::as_object) {
            let path = level.path("cloudchamber");
            exclusive(&level, table, &path, ["instance_type", "memory"], out);
            exclusive(&level, table, &path, ["instance_type", "vcpu"], out);
        }
        for (value, path) in level.with_previews("unsafe") {
            if let Some(capnp) = value.get("capnp").and_then(Value::as_object) {
                let path = format!("{path}.capnp");
                exclusive(&level, capnp, &path, ["compiled_schema", "base_path"], out);
                exclusive(&level, capnp, &path, ["compiled_schema", "source_schemas"], out);
            }
        }
    }
    site_and_main(cx, out);
}

/// Calls back for each table of a list, with its path.
fn each<'v>(list: &'v Value, path: &str, mut call: impl FnMut(&'v Object, &str)) {
    for (index, item) in list.items().iter().enumerate() {
        if let Some(table) = item.as_object() {
            call(table, &format!("{path}[{index}]"));
        }
    }
}

/// Reports the first key where the second is there too.
fn exclusive<'o>(
    level: &Level<'_>,
    table: &Object,
    path: &str,
    [key, other]: [&str; 2],
    out: &'o mut Findings<'_>,
) -> Option<Draft<'o>> {
    let (first, second) = (table.entry(key)?, table.entry(other)?);
    let file = level.service.config.file;
    let within = if path.is_empty() { level.path(key) } else { format!("{path}.{key}") };
    let draft = out
        .at(first.key_span)
        .say(format!("`{key}` and `{other}` cannot both be set"))
        .label(format!("`{key}` is here"))
        .see(Place { file, span: second.key_span }, format!("and `{other}` here"))
        .path(within)
        .help(format!("keep one of `{key}` and `{other}`"))
        .written_in(level);
    Some(draft)
}

fn dev_and_remote(level: &Level<'_>, table: &Object, path: &str, out: &mut Findings<'_>) {
    let remote = table.entry("remote").filter(|remote| remote.value.as_bool() == Some(true));
    if let Some(entry) = remote.filter(|_| table.get("dev").is_some()) {
        let _ = out
            .at(entry.key_span)
            .say("`remote` is ignored where `dev` is set")
            .path(format!("{path}.remote"))
            .help("remove one of the two")
            .wrangler(WranglerSays::Warns)
            .severity(Severity::Warning)
            .written_in(level);
    }
}

fn local_k2(level: &Level<'_>, table: &Object, path: &str, out: &mut Findings<'_>) {
    if let Some(entry) = table.entry("remote").filter(|e| e.value.as_bool() == Some(false)) {
        let _ = out
            .at(entry.key_span.to(entry.value.span))
            .say("K2 bindings are always remote; `remote = false` is not supported")
            .path(format!("{path}.remote"))
            .help("remove `remote`")
            .written_in(level);
    }
}

fn site_and_main(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let site = cx.root().and_then(|root| root.get("site")?.as_object());
    let Some(entry_point) = site.and_then(|site| site.entry("entry-point")) else { return };
    if entry_point.value.is_falsy() {
        return;
    }
    for environment in cx.environments() {
        let main = environment.get("main").filter(|main| !main.value().is_falsy());
        if let Some(main) = main {
            let _ = out
                .at(entry_point.key_span)
                .say("`site.entry-point` and `main` cannot both be set")
                .see(Place { file: cx.service.config.file, span: main.span() }, "`main` is here")
                .path("site.entry-point")
                .help("remove `site.entry-point`, the older of the two")
                .on(&environment);
        }
    }
}
