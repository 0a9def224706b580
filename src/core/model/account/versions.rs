//! One version of a Worker, with what it is made of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::LiveBinding;

/// A version of a Worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// Its id.
    pub id: String,
    /// The how manieth of its Worker it is.
    pub number: u64,
    /// When it was uploaded.
    pub created_on: Option<Timestamp>,
    /// What uploaded it: `wrangler`, `dash`, `api` …
    pub source: Option<String>,
    /// What set it off, in Cloudflare's words: `upload`, `version_upload`, `secret` …
    pub triggered_by: Option<String>,
    /// The message that its maker gave it.
    pub message: Option<String>,
    /// The tag that its maker gave it.
    pub tag: Option<String>,
    /// What names its code.
    pub etag: Option<String>,
    /// Its bindings, by name.
    pub bindings: Vec<LiveBinding>,
    /// The tag of the last migration of Durable Objects that was applied when it was made.
    pub migration_tag: Option<String>,
    /// Its compatibility date.
    pub compatibility_date: Option<String>,
    /// Its compatibility flags.
    pub compatibility_flags: Vec<String>,
    /// Its limits, in the API's words: `cpu_ms` in milliseconds.
    pub limits: Map<String, Value>,
}

impl Version {
    /// The names of its secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.bindings.iter().filter(|binding| binding.is_secret()).map(|b| b.name.as_str())
    }
}
