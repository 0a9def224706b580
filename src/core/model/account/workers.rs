//! Workers as they are live.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Seen;

/// A Worker as it is live.
///
/// What `GET /accounts/{id}/workers/scripts` lists of every Worker, and beside it what takes a
/// request for each: asked only for Workers that the services of the run deploy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Worker {
    /// When it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_on: Option<Timestamp>,
    /// The compatibility date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility_date: Option<String>,
    /// The compatibility flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compatibility_flags: Vec<String>,
    /// What its default export handles: `fetch`, `scheduled`, `queue` …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handlers: Vec<String>,
    /// Its named exports: entry points and classes. `None` where the API does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoints: Option<Vec<String>>,
    /// The tag of the last migration of Durable Objects that was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration_tag: Option<String>,
    /// Where the last deployment came from: `wrangler`, `dash`, `api` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployed_from: Option<String>,
    /// Whether it has static assets.
    pub has_assets: bool,
    /// Whether logs are pushed.
    pub logpush: bool,
    /// Its observability settings, as the API gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observability: Option<Value>,
    /// The Workers that receive its events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tail_consumers: Vec<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The patterns of its routes. The zones they lie in are asked because of them, and their own
    /// lists count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<String>,
    /// Whether it answers on workers.dev.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub workers_dev: Seen<WorkersDev>,
    /// Its bindings, and what else is versioned.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub settings: Seen<Settings>,
    /// Its deployments, the active one first.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub deployments: Seen<Vec<Deployment>>,
    /// The ids of its last versions, deployed or not, the newest first. Asked only for Workers whose
    /// secrets a pipeline edits.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub versions: Seen<Vec<String>>,
    /// Its cron triggers.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub crons: Seen<Vec<String>>,
}

impl Worker {
    /// What follows a prefix in one of its tags: Wrangler tags Workers with `cf:service=` and
    /// `cf:environment=`.
    pub fn tag(&self, prefix: &str) -> Option<&str> {
        self.tags.iter().find_map(|tag| tag.strip_prefix(prefix))
    }
}

/// Where a Worker answers beside its routes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkersDev {
    /// `NAME.SUBDOMAIN.workers.dev`.
    pub enabled: bool,
    /// An address for each version.
    pub previews_enabled: bool,
}

/// What belongs to the live version: `GET …/scripts/{name}/settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Its bindings, by name.
    pub bindings: Vec<LiveBinding>,
    /// The limits, as the API gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Value>,
    /// The placement, as the API gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Value>,
    /// The usage model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_model: Option<String>,
}

/// A binding of the live version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LiveBinding {
    /// The name by which code reaches it.
    pub name: String,
    /// The API's word for its kind: `kv_namespace`, `secret_text`, `plain_text`, `json`, `d1` …
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is bound to, in the API's words: `namespace_id`, `bucket_name`, `service` … Never
    /// the value of a variable or a secret.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub target: BTreeMap<String, Value>,
    /// Of a variable: SHA-256 of its value in canonical JSON, as hexadecimal digits. Left out where
    /// the value looks like a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Of a variable: its value, while it is in memory. It is never saved.
    #[serde(skip)]
    pub value: Option<Value>,
}

impl LiveBinding {
    /// Whether this is a secret that is set on the Worker (not one of a secrets store).
    pub fn is_secret(&self) -> bool {
        matches!(self.kind.as_str(), "secret_text" | "secret_key")
    }

    /// Whether this is a variable: text or JSON.
    pub fn is_variable(&self) -> bool {
        matches!(self.kind.as_str(), "plain_text" | "json")
    }

    /// What it is bound to, as text: `bound("bucket_name")`.
    pub fn bound(&self, key: &str) -> Option<&str> {
        self.target.get(key)?.as_str()
    }
}

/// What `observability` is where it was never set, in the API's words.
pub fn observability_off() -> Value {
    json!({ "enabled": false })
}

/// A deployment: which versions get which share of the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deployment {
    /// Its id.
    pub id: String,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_on: Option<Timestamp>,
    /// What made it: `wrangler`, `dash`, `api` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What set it off, in Cloudflare's words: `deployment`, `upload`, `secret`, `rollback` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triggered_by: Option<String>,
    /// The message that its maker gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who made it, while it is in memory. It is never saved.
    #[serde(skip)]
    pub author: Option<String>,
    /// Its versions.
    pub versions: Vec<Share>,
}

impl Deployment {
    /// The versions that get requests. One with a share of 0 % serves nobody: it is looked at.
    pub fn serving(&self) -> Vec<Share> {
        self.versions.iter().filter(|share| share.percentage > 0.0).cloned().collect()
    }
}

/// A version's share of the requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The version.
    pub version_id: String,
    /// Its share, 0 to 100.
    pub percentage: f64,
}

/// Percentages are compared as they were given; none is NaN.
impl Eq for Share {}
