//! # An unsafe binding that has a supported form, or cannot work
//!
//! ## What it checks
//!
//! Entries of `unsafe.bindings` whose type Wrangler supports directly, the old metadata binding,
//! and an `unsafe.capnp` that misses its paths.
//!
//! ## Why it matters
//!
//! Wrangler warns. Supported bindings are checked and provisioned; unsafe ones are passed on as
//! they are.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[unsafe.bindings]]
//! name = "CACHE"
//! type = "kv_namespace"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ## How to fix
//!
//! Move the binding to the key that the message names.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::wrangler::Level;
use crate::core::model::{Object, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/unsafe-binding",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-17"],
    page: include_str!("unsafe_binding.rs"),
    check: Check::Service(check),
};

/// Types that Wrangler supports directly (`safeBindings`, cli.js:29906), and their key.
const SUPPORTED: &[(&str, &str)] = &[
    ("agent_memory", "agent_memory"),
    ("ai", "ai"),
    ("ai_search", "ai_search"),
    ("ai_search_namespace", "ai_search_namespaces"),
    ("analytics", "analytics"),
    ("artifacts", "artifacts"),
    ("browser", "browser"),
    ("d1_database", "d1_databases"),
    ("data_blob", "data_blobs"),
    ("durable_object_namespace", "durable_objects"),
    ("flagship", "flagship"),
    ("json", "vars"),
    ("k2", "k2"),
    ("kv_namespace", "kv_namespaces"),
    ("logfwdr", "logfwdr"),
    ("media", "media"),
    ("mtls_certificate", "mtls_certificates"),
    ("pipeline", "pipelines"),
    ("plain_text", "vars"),
    ("r2_bucket", "r2_buckets"),
    ("secret_text", "secrets"),
    ("service", "services"),
    ("stream", "stream"),
    ("text_blob", "text_blobs"),
    ("vpc_network", "vpc_networks"),
    ("vpc_service", "vpc_services"),
    ("wasm_module", "wasm_modules"),
    ("worker_loader", "worker_loaders"),
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("unsafe") {
            let bindings = value.get("bindings").map(Value::items).unwrap_or_default();
            for (index, binding) in bindings.iter().enumerate() {
                if let Some(table) = binding.as_object() {
                    binding_type(&level, table, &format!("{path}.bindings[{index}]"), out);
                }
            }
            if let Some(capnp) = value.get("capnp").and_then(Value::as_object) {
                schemas(&level, capnp, value, &format!("{path}.capnp"), out);
            }
        }
    }
}

fn binding_type(level: &Level<'_>, table: &Object, path: &str, out: &mut Findings<'_>) {
    let Some(entry) = table.entry("type") else { return };
    let Some(kind) = entry.value.as_str() else { return };
    let supported = SUPPORTED.iter().find(|(name, _)| *name == kind);
    let (message, help) = match supported {
        Some((_, key)) => (
            format!("bindings of type \"{kind}\" are directly supported"),
            format!("move it to `{key}`"),
        ),
        None if kind == "metadata" && table.get("name").and_then(Value::as_str).is_some() => (
            "the deployment object of the metadata binding is deprecated".to_owned(),
            "use `version_metadata`".to_owned(),
        ),
        None => return,
    };
    let _ = out
        .at(entry.key_span.to(entry.value.span))
        .say(message)
        .path(format!("{path}.type"))
        .help(help)
        .written_in(level);
}

fn schemas(level: &Level<'_>, capnp: &Object, value: &Value, path: &str, out: &mut Findings<'_>) {
    let mut refuse = |key: &str, message: String| {
        let _ = out
            .at(capnp.entry(key).map_or(value.span, |entry| entry.value.span))
            .say(message)
            .path(format!("{path}.{key}"))
            .help("set `base_path` and `source_schemas`, or `compiled_schema` alone")
            .severity(Severity::Error)
            .wrangler(WranglerSays::Rejects)
            .written_in(level);
    };
    let text = |key: &str| capnp.get(key).is_some_and(|value| value.as_str().is_some());
    if capnp.get("compiled_schema").is_some() {
        if !text("compiled_schema") {
            refuse("compiled_schema", format!("`{path}.compiled_schema` must be a string"));
        }
        return;
    }
    if !text("base_path") {
        refuse("base_path", format!("`{path}.base_path` must be a string"));
    }
    let list = capnp.get("source_schemas").and_then(Value::as_array);
    if !list.is_some_and(|items| items.iter().all(|item| item.as_str().is_some())) {
        refuse("source_schemas", format!("`{path}.source_schemas` must be a list of strings"));
    }
}
