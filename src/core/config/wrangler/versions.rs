//! Which version of Wrangler brought which key.
//!
//! Source: `config-schema.json` of the published versions from 3.52.0 to 4.164.0, compared version
//! by version, and Wrangler's changelog. Keys that were there before, whose first version could
//! not be told, or that came and went, are left out. A key inside a table came with the table
//! unless it stands here.

use super::{Environment, Scope, key};
use crate::core::model::{Data, Span, Value};

/// Major, minor and patch.
pub type Version = (u64, u64, u64);

/// The first version of Wrangler that refused `legacy_env` (4.110.0 still took it).
pub const LEGACY_ENV_REMOVED: Version = (4, 111, 0);

/// The first version of Wrangler that refused `node_compat`.
pub const NODE_COMPAT_REMOVED: Version = (4, 0, 0);

/// Keys and the first version that knew them, sorted. `[]` stands for an item of a list, `*` for
/// any key of a table.
static SINCE: &[(&str, Version)] = &[
    ("access", (4, 123, 0)),
    ("addresses", (4, 112, 0)),
    ("agent_memory", (4, 96, 0)),
    ("ai_search", (4, 78, 0)),
    ("ai_search_namespaces", (4, 78, 0)),
    ("analytics", (4, 145, 0)),
    ("artifacts", (4, 84, 0)),
    ("assets.base_path", (4, 148, 0)),
    ("assets.binding", (3, 78, 9)),
    ("assets.directory", (3, 78, 9)),
    ("assets.html_handling", (3, 78, 9)),
    ("assets.not_found_handling", (3, 78, 9)),
    ("assets.run_worker_first", (3, 107, 0)),
    ("cache", (4, 69, 0)),
    ("cache.cross_version_cache", (4, 107, 0)),
    ("cloudchamber.instance_type", (4, 20, 5)),
    ("compliance_region", (4, 17, 0)),
    ("connect", (4, 125, 0)),
    ("connect[].idle_timeout_ms", (4, 139, 0)),
    ("connect[].max_pending_bytes", (4, 139, 0)),
    ("containers[].constraints", (4, 84, 0)),
    ("containers[].images", (4, 131, 0)),
    ("containers[].images.*.build_context", (4, 132, 0)),
    ("containers[].images.*.build_vars", (4, 132, 0)),
    ("containers[].instance_type", (4, 20, 5)),
    ("containers[].instance_type.disk_mb", (4, 27, 0)),
    ("containers[].instance_type.memory_mib", (4, 27, 0)),
    ("containers[].instance_type.vcpu", (4, 27, 0)),
    ("containers[].observability", (4, 130, 0)),
    ("containers[].rollout_active_grace_period", (4, 30, 0)),
    ("containers[].rollout_step_percentage", (4, 16, 0)),
    ("containers[].ssh", (4, 84, 0)),
    ("containers[].trusted_user_ca_keys", (4, 57, 0)),
    ("d1_databases[].jurisdiction", (4, 160, 0)),
    ("d1_databases[].migrations_pattern", (4, 98, 0)),
    ("dependencies_instrumentation", (4, 110, 0)),
    ("dependencies_instrumentation.exclude_packages", (4, 113, 0)),
    ("dev.generate_types", (4, 57, 0)),
    ("dev.inspector_ip", (4, 61, 0)),
    ("durable_objects.code_update_strategy", (4, 141, 0)),
    ("exports", (4, 107, 0)),
    ("exports.*.concurrency", (4, 139, 0)),
    ("exports.*.container", (4, 124, 0)),
    ("exports.*.default_retention", (4, 139, 0)),
    ("exports.*.jurisdiction", (4, 152, 0)),
    ("exports.*.limits", (4, 139, 0)),
    ("exports.*.name", (4, 139, 0)),
    ("exports.*.schedules", (4, 139, 0)),
    ("flagship", (4, 82, 0)),
    ("images", (3, 107, 0)),
    ("k2", (4, 145, 0)),
    ("keep_names", (4, 13, 0)),
    ("limits.subrequests", (4, 62, 0)),
    ("media", (4, 44, 0)),
    ("observability", (3, 77, 0)),
    ("observability.issues", (4, 134, 0)),
    ("observability.logs", (3, 88, 0)),
    ("observability.logs.destinations", (4, 35, 0)),
    ("observability.logs.persist", (4, 35, 0)),
    ("observability.redact_query_string", (4, 128, 0)),
    ("observability.traces", (4, 35, 0)),
    ("pipelines", (3, 77, 0)),
    ("pipelines[].stream", (4, 96, 0)),
    ("placement.hint", (3, 77, 0)),
    ("placement.host", (4, 53, 0)),
    ("placement.hostname", (4, 53, 0)),
    ("placement.region", (4, 53, 0)),
    ("preview_urls", (3, 91, 0)),
    ("previews", (4, 82, 0)),
    ("python_modules", (4, 45, 0)),
    ("r2_buckets[].local_dev", (4, 115, 0)),
    ("ratelimits", (4, 36, 0)),
    ("route.enabled", (4, 85, 0)),
    ("route.previews_enabled", (4, 85, 0)),
    ("routes[].enabled", (4, 85, 0)),
    ("routes[].previews_enabled", (4, 85, 0)),
    ("secrets", (4, 70, 0)),
    ("secrets_store_secrets", (4, 8, 0)),
    ("send_email[].allowed_sender_addresses", (4, 38, 0)),
    ("services[].props", (4, 13, 0)),
    ("stream", (4, 76, 0)),
    ("streaming_tail_consumers", (4, 49, 0)),
    ("triggers.events", (4, 118, 0)),
    ("unsafe_hello_world", (4, 20, 0)),
    ("vpc_networks", (4, 80, 0)),
    ("vpc_services", (4, 39, 0)),
    ("worker_loaders", (4, 39, 0)),
    ("workflows", (3, 82, 0)),
    ("workflows[].concurrency", (4, 127, 0)),
    ("workflows[].default_retention", (4, 126, 0)),
    ("workflows[].jurisdiction", (4, 152, 0)),
    ("workflows[].limits", (4, 70, 0)),
    ("workflows[].schedules", (4, 95, 0)),
];

/// A key that a version of Wrangler does not know yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooNew {
    /// Where the key stands.
    pub span: Span,
    /// Its path.
    pub path: String,
    /// The first version that knows it.
    pub since: Version,
}

/// The keys of an environment's own table that `version` does not know yet, each without the keys
/// below it.
pub fn too_new(environment: &Environment<'_>, version: Version) -> Vec<TooNew> {
    let mut found = Vec::new();
    for entry in &environment.own().entries {
        let scoped =
            key(&entry.key).is_some_and(|key| environment.is_top() || key.scope != Scope::TopLevel);
        if scoped && &*entry.key != "env" {
            let path = environment.path(&entry.key);
            let place = (&*entry.key, path.as_str());
            walk(&entry.value, entry.key_span, place, version, &mut found);
        }
    }
    found
}

fn walk(
    value: &Value,
    span: Span,
    (pattern, path): (&str, &str),
    version: Version,
    found: &mut Vec<TooNew>,
) {
    if let Some(since) = since(pattern).filter(|since| *since > version) {
        found.push(TooNew { span, path: path.to_owned(), since });
        return;
    }
    match &value.data {
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = (&*format!("{pattern}[]"), &*format!("{path}[{index}]"));
                walk(item, item.span, place, version, found);
            }
        }
        Data::Object(object) => {
            for entry in &object.entries {
                let named = if pattern == "exports" { "*" } else { &entry.key };
                let place = (&*format!("{pattern}.{named}"), &*format!("{path}.{}", entry.key));
                walk(&entry.value, entry.key_span, place, version, found);
            }
        }
        _ => {}
    }
}

/// The first version that knew a key, where that is known.
pub fn since(pattern: &str) -> Option<Version> {
    SINCE.binary_search_by(|(known, _)| (*known).cmp(pattern)).ok().map(|index| SINCE[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(SINCE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
