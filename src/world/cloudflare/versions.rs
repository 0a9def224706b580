//! Versions: what was uploaded of a Worker, and can be deployed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::binding::live_binding;
use super::envelope::or_default;
use super::workers::script;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::Version;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Found {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    number: u64,
    #[serde(default, deserialize_with = "or_default")]
    metadata: Metadata,
    #[serde(default, deserialize_with = "or_default")]
    annotations: BTreeMap<String, Option<String>>,
    #[serde(default, deserialize_with = "or_default")]
    resources: Resources,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    created_on: Option<Timestamp>,
    #[serde(default)]
    source: Option<String>,
}

#[derive(Default, Deserialize)]
struct Resources {
    #[serde(default, deserialize_with = "or_default")]
    bindings: Vec<Map<String, Value>>,
    #[serde(default, deserialize_with = "or_default")]
    script: Script,
    #[serde(default, deserialize_with = "or_default")]
    script_runtime: Runtime,
}

#[derive(Default, Deserialize)]
struct Script {
    #[serde(default)]
    etag: Option<String>,
}

#[derive(Default, Deserialize)]
struct Runtime {
    #[serde(default)]
    compatibility_date: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    compatibility_flags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    limits: Map<String, Value>,
    #[serde(default)]
    migration_tag: Option<String>,
}

#[derive(Deserialize)]
struct Items {
    #[serde(default, deserialize_with = "or_default")]
    items: Vec<Found>,
}

impl Cloudflare {
    /// A version of a Worker.
    pub async fn version(
        &self,
        account: &str,
        worker: &str,
        id: &str,
    ) -> Result<Version, CloudflareError> {
        let path = format!("{}/{}", script(account, worker, "versions"), segment(id));
        self.read::<Found>(Call::get(path)).await.map(version)
    }

    /// The versions of a Worker that can be deployed, the newest first: 100 at most
    /// (<https://developers.cloudflare.com/workers/configuration/versions-and-deployments/>).
    pub async fn versions(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<Vec<Version>, CloudflareError> {
        let call = Call::get(script(account, worker, "versions")).query("deployable=true");
        let found: Items = self.read(call).await?;
        Ok(found.items.into_iter().map(version).collect())
    }
}

fn version(mut found: Found) -> Version {
    let mut said = |name: &str| found.annotations.remove(name).flatten();
    let (triggered_by, tag) = (said("workers/triggered_by"), said("workers/tag"));
    let message = said("workers/message");
    let Resources { bindings, script, script_runtime } = found.resources;
    let mut bindings: Vec<_> = bindings.into_iter().map(live_binding).collect();
    bindings.sort_by(|a, b| a.name.cmp(&b.name));
    Version {
        id: found.id,
        number: found.number,
        created_on: found.metadata.created_on,
        source: found.metadata.source,
        triggered_by,
        message,
        tag,
        etag: script.etag,
        bindings,
        migration_tag: script_runtime.migration_tag,
        compatibility_date: script_runtime.compatibility_date,
        compatibility_flags: script_runtime.compatibility_flags,
        limits: script_runtime.limits,
    }
}
