//! What Workers are bound to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{LiveBinding, Seen};

/// A KV namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KvNamespace {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A D1 database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct D1Database {
    /// Its id, a UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its jurisdiction; none is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// The migrations that were applied, in their order, by the table that remembers them. A table
    /// that does not exist remembers none. Only for tables that bindings of services use.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub migrations: BTreeMap<String, Seen<Vec<String>>>,
}

/// R2 of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct R2 {
    /// Whether somebody switched R2 on. Where not, there are no buckets (code 10042).
    pub enabled: bool,
    /// The names of the buckets by jurisdiction: `default`, and beside it those that bindings of
    /// services name (`eu`, `fedramp`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub buckets: BTreeMap<String, Seen<Vec<String>>>,
}

/// The jurisdiction of what names none.
pub const DEFAULT_JURISDICTION: &str = "default";

impl R2 {
    /// The jurisdiction in which there is a bucket of this name, as far as they were looked at.
    pub fn jurisdiction_of(&self, bucket: &str) -> Option<&str> {
        let has = |names: &Seen<Vec<String>>| {
            names.known().is_some_and(|names| names.iter().any(|name| name == bucket))
        };
        let found = self.buckets.iter().find(|(_, names)| has(names));
        found.map(|(jurisdiction, _)| jurisdiction.as_str())
    }
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What takes messages from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumers: Vec<Consumer>,
}

/// What takes messages from a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Consumer {
    /// Its id, while it is in memory: nobody compares it. It is never saved.
    #[serde(skip)]
    pub id: String,
    /// `worker` or `http_pull`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The Worker, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// The queue for messages that nobody could handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue: Option<String>,
    /// Its settings, in the API's words: `batch_size`, `max_retries` …
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
}

/// A Hyperdrive configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hyperdrive {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A Vectorize index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VectorizeIndex {
    /// Its name.
    pub name: String,
}

/// A Workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workflow {
    /// Its name.
    pub name: String,
    /// The Worker that has its class.
    pub script_name: String,
    /// The class.
    pub class_name: String,
}

/// A secrets store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretsStore {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The names of its secrets. Asked only for stores that bindings of services name.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub secrets: Seen<Vec<String>>,
}

/// A namespace of Workers for Platforms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DispatchNamespace {
    /// Its name.
    pub name: String,
}

/// A namespace of Durable Objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DurableObjectNamespace {
    /// Its id.
    pub id: String,
    /// The Worker that has its class.
    pub script: String,
    /// The class.
    pub class: String,
    /// Whether its objects store in SQLite.
    pub use_sqlite: bool,
}

/// A client certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MtlsCertificate {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A pipeline (the product of that name).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pipeline {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A Pages project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PagesProject {
    /// Its name.
    pub name: String,
    /// The branch whose deployments are production.
    pub production_branch: String,
    /// Whether a git repository is connected, which Cloudflare builds by itself.
    pub git_connected: bool,
    /// Its custom domains, and its pages.dev address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// How Cloudflare builds it, where a git repository is connected.
    pub build: PagesBuild,
    /// What the runtime is told for `production` and `preview`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub runtime: BTreeMap<String, PagesRuntime>,
    /// The bindings and variables of `production` and `preview`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bindings: BTreeMap<String, Vec<LiveBinding>>,
}

/// How Cloudflare builds a Pages project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PagesBuild {
    /// The command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The folder that it fills: `destination_dir`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_dir: Option<String>,
    /// The folder that it runs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_dir: Option<String>,
}

/// What the runtime is told of the deployments of a Pages project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PagesRuntime {
    /// The compatibility date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility_date: Option<String>,
    /// The compatibility flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compatibility_flags: Vec<String>,
    /// The limits, as the API gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Value>,
    /// The placement, as the API gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Value>,
}
