//! The bindings that a configuration comes to, in the API's words: what Wrangler would upload.
//!
//! Source: `createWorkerUploadForm` of Wrangler 4.164.0 (cli.js:171385).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::core::config::wrangler::{Binding, Environment, key};
use crate::core::model::Value;

/// A kind of binding.
struct Kind {
    /// Wrangler's configuration key.
    config: &'static str,
    /// The API's type.
    api: &'static str,
    /// What it is bound to: Wrangler's keys, and the API's for the same.
    keys: &'static [(&'static str, &'static str)],
}

const fn kind(
    config: &'static str,
    api: &'static str,
    keys: &'static [(&'static str, &'static str)],
) -> Kind {
    Kind { config, api, keys }
}

const NAMESPACE: &[(&str, &str)] = &[("namespace", "namespace")];

/// Every kind but variables and `unsafe` ones, by the configuration's key.
#[rustfmt::skip]
static KINDS: &[Kind] = &[
    kind("agent_memory", "agent_memory", NAMESPACE),
    kind("ai", "ai", &[]),
    kind("ai_search", "ai_search", &[("instance_name", "instance_name")]),
    kind("ai_search_namespaces", "ai_search_namespace", NAMESPACE),
    kind("analytics", "analytics", &[]),
    kind("analytics_engine_datasets", "analytics_engine", &[("dataset", "dataset")]),
    kind("artifacts", "artifacts", NAMESPACE),
    kind("assets", "assets", &[]),
    kind("browser", "browser", &[]),
    kind("d1_databases", "d1", &[("database_id", "id")]),
    kind("data_blobs", "data_blob", &[]),
    kind("dispatch_namespaces", "dispatch_namespace", &[("namespace", "namespace"), ("outbound", "outbound")]),
    kind("durable_objects", "durable_object_namespace", &[("class_name", "class_name"), ("script_name", "script_name"), ("environment", "environment")]),
    kind("flagship", "flagship", &[("app_id", "app_id")]),
    kind("hyperdrive", "hyperdrive", &[("id", "id")]),
    kind("images", "images", &[]),
    kind("k2", "k2", &[("stream", "stream")]),
    kind("kv_namespaces", "kv_namespace", &[("id", "namespace_id")]),
    kind("logfwdr", "logfwdr", &[("destination", "destination")]),
    kind("media", "media", &[]),
    kind("mtls_certificates", "mtls_certificate", &[("certificate_id", "certificate_id")]),
    kind("pipelines", "pipelines", &[("stream", "stream"), ("pipeline", "pipeline")]),
    kind("queues", "queue", &[("queue", "queue_name"), ("delivery_delay", "delivery_delay")]),
    kind("r2_buckets", "r2_bucket", &[("bucket_name", "bucket_name"), ("jurisdiction", "jurisdiction")]),
    kind("ratelimits", "ratelimit", &[("namespace_id", "namespace_id"), ("simple", "simple")]),
    kind("secrets_store_secrets", "secrets_store_secret", &[("store_id", "store_id"), ("secret_name", "secret_name")]),
    kind("send_email", "send_email", &[("destination_address", "destination_address"), ("allowed_destination_addresses", "allowed_destination_addresses"), ("allowed_sender_addresses", "allowed_sender_addresses")]),
    kind("services", "service", &[("service", "service"), ("environment", "environment"), ("entrypoint", "entrypoint"), ("props", "props")]),
    kind("stream", "stream", &[]),
    kind("text_blobs", "text_blob", &[]),
    kind("unsafe_hello_world", "unsafe_hello_world", &[("enable_timer", "enable_timer")]),
    kind("vectorize", "vectorize", &[("index_name", "index_name")]),
    kind("version_metadata", "version_metadata", &[]),
    kind("vpc_networks", "vpc_network", &[("tunnel_id", "tunnel_id"), ("network_id", "network_id")]),
    kind("vpc_services", "vpc_service", &[("service_id", "service_id")]),
    kind("wasm_modules", "wasm_module", &[]),
    kind("worker_loaders", "worker_loader", &[]),
    kind("workflows", "workflow", &[("name", "workflow_name"), ("class_name", "class_name"), ("script_name", "script_name")]),
];

/// A binding as it would be uploaded.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    /// The name by which code reaches it.
    pub(super) name: &'a str,
    /// The API's type.
    pub(super) kind: String,
    /// What it is bound to, in the API's words; what is left out is not there.
    pub(super) target: BTreeMap<&'a str, Json>,
    /// Of a variable: its value.
    pub(super) value: Option<Json>,
    /// The configuration's own.
    pub(super) binding: Binding<'a>,
}

/// The bindings of an environment, by name. A configuration of nothing but assets has none: nothing
/// is uploaded that could use them.
pub(super) fn wanted<'a>(environment: &Environment<'a>) -> Vec<Wanted<'a>> {
    let without_code = ["main", "site", "pages_build_output_dir"];
    if without_code.iter().all(|key| environment.get(key).is_none()) {
        return Vec::new();
    }
    let bindings = environment.bindings().into_iter();
    let mut wanted: Vec<Wanted<'a>> = bindings.filter_map(uploaded).collect();
    wanted.sort_by_key(|wanted| wanted.name);
    wanted
}

fn uploaded(binding: Binding<'_>) -> Option<Wanted<'_>> {
    let name = binding.name.filter(|name| !name.is_empty())?;
    let (kind, target, value) = match binding.kind {
        "vars" => {
            let kind = if binding.value.as_str().is_some() { "plain_text" } else { "json" };
            (kind.to_owned(), BTreeMap::new(), Some(binding.value.to_json()))
        }
        "unsafe" => {
            let entries = binding.value.entries().iter();
            let entries = entries.filter(|e| !["name", "type", "dev"].contains(&&*e.key));
            let target = entries.map(|e| (&*e.key, e.value.to_json())).collect();
            (binding.value.get("type")?.as_str()?.to_owned(), target, None)
        }
        config => {
            let kind = KINDS.iter().find(|kind| kind.config == config)?;
            let given = |(from, to): &(&str, &'static str)| {
                let value = binding.value.get(from).filter(|value| !value.is_null())?;
                let value = if *from == "outbound" { outbound(value) } else { value.to_json() };
                Some((*to, value))
            };
            (kind.api.to_owned(), kind.keys.iter().filter_map(given).collect(), None)
        }
    };
    Some(Wanted { name, kind, target, value, binding })
}

/// The outbound Worker of a dispatch namespace, as it is uploaded.
fn outbound(value: &Value) -> Json {
    let text = |key: &str| value.get(key).map(Value::to_json);
    let mut worker = Map::new();
    for key in ["service", "environment"] {
        worker.extend(text(key).map(|value| (key.to_owned(), value)));
    }
    let mut outbound = Map::from_iter([("worker".to_owned(), Json::Object(worker))]);
    if let Some(parameters) = value.get("parameters") {
        let named = parameters.items().iter().map(|name| json!({ "name": name.to_json() }));
        outbound.insert("params".to_owned(), named.collect());
    }
    Json::Object(outbound)
}

/// What Wrangler calls bindings of a type of the API: `KV Namespace`.
pub(super) fn title(api: &str) -> String {
    let known = KINDS.iter().find(|kind| kind.api == api).and_then(|kind| key(kind.config));
    match known.and_then(|key| key.bindings.as_ref()) {
        Some(bindings) => bindings.title.to_owned(),
        None => api.replace('_', " "),
    }
}

/// The keys that say what a binding of a type is bound to; `None` for a type that is not known.
pub(super) fn compared(api: &str) -> Option<impl Iterator<Item = &'static str>> {
    let kind = KINDS.iter().find(|kind| kind.api == api)?;
    Some(kind.keys.iter().map(|(_, to)| *to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::wrangler::KEYS;

    #[test]
    fn every_kind_of_binding_has_a_word_of_the_api() {
        assert!(KINDS.windows(2).all(|pair| pair[0].config < pair[1].config));
        for key in KEYS.iter().filter(|key| key.bindings.is_some()) {
            let known = KINDS.iter().any(|kind| kind.config == key.name);
            assert!(known || ["vars", "unsafe"].contains(&key.name), "{}", key.name);
        }
    }
}
