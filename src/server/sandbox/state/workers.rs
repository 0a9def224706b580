//! Workers: scripts with versions and deployments, and what is of the account rather than of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::tails::Tail;

/// How many versions can be deployed, the newest:
/// <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/>.
const DEPLOYABLE: usize = 100;

/// How long `workers/message` can be, in bytes; what is longer is cut:
/// <https://developers.cloudflare.com/api/resources/workers/subresources/scripts/subresources/deployments/>.
const MESSAGE: usize = 1000;

/// The annotations that say something, as they are kept.
pub fn annotations(sent: BTreeMap<String, Option<String>>) -> BTreeMap<String, String> {
    let said = sent.into_iter().filter_map(|(name, text)| Some((name, text?)));
    said.map(|(name, mut text)| {
        text.truncate(text.floor_char_boundary(MESSAGE));
        (name, text)
    })
    .collect()
}

/// The Workers of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Workers {
    /// `NAME` of `NAME.workers.dev`, if it was registered.
    pub subdomain: Option<String>,
    /// By name.
    pub scripts: BTreeMap<String, Script>,
    /// Custom domains.
    pub domains: Vec<Domain>,
    /// Classes of Durable Objects that migrations made.
    pub namespaces: Vec<Namespace>,
    /// Assets that were uploaded: the hash that the manifest gives, and the blob.
    pub assets: BTreeMap<String, Asset>,
    /// Uploads of assets that have begun, by the id in their token.
    pub uploads: BTreeMap<String, AssetUpload>,
}

impl Workers {
    /// The other Workers whose serving versions have a service binding to one, with the binding.
    pub fn bound<'a>(
        &'a self,
        target: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Script, &'a Binding)> {
        self.serving_bindings().filter(move |(name, _, binding)| {
            *name != target && binding.kind == "service" && binding.text("service") == Some(target)
        })
    }

    /// The other Workers that use the Durable Objects of one, with the namespace.
    pub fn bound_objects<'a>(
        &'a self,
        owner: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Script, &'a Namespace)> {
        self.serving_bindings().filter(move |(name, ..)| *name != owner).filter_map(
            move |(name, script, binding)| {
                let id = binding.text("namespace_id")?;
                let namespaces = self.namespaces.iter();
                let mut owned = namespaces.filter(|one| one.script == owner && one.id == id);
                Some((name, script, owned.next()?))
            },
        )
    }

    /// A tail by its id, with the Worker that it follows.
    pub fn tail(&self, id: &str) -> Option<(&str, &Tail)> {
        let tails = self
            .scripts
            .iter()
            .flat_map(|(name, script)| script.tails.iter().map(move |tail| (&**name, tail)));
        tails.into_iter().find(|(_, tail)| tail.id == id)
    }

    fn serving_bindings(&self) -> impl Iterator<Item = (&str, &Script, &Binding)> {
        self.scripts.iter().flat_map(|(name, script)| {
            let bindings = script.serving().flat_map(|(version, _)| &version.bindings);
            bindings.map(move |binding| (&**name, script, binding))
        })
    }
}

/// A Worker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Script {
    /// The id that stays when the name changes: 32 hexadecimal digits. Wrangler's "worker tag".
    pub tag: String,
    /// When it was made.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
    /// What people filed it under.
    pub tags: Vec<String>,
    /// Whether it sends its logs to Logpush.
    pub logpush: bool,
    /// As it was sent.
    pub observability: Option<Value>,
    /// As they were sent.
    pub tail_consumers: Vec<Value>,
    /// `workers.dev` and previews.
    pub subdomain: Subdomain,
    /// The oldest first. None is ever removed.
    pub versions: Vec<Version>,
    /// The oldest first.
    pub deployments: Vec<Deployment>,
    /// Cron triggers.
    pub schedules: Vec<Schedule>,
    /// The newest migration of Durable Objects that was applied.
    pub migration_tag: Option<String>,
    /// `wrangler`, `dash` or `api`.
    pub last_deployed_from: String,
    /// Those who follow the logs.
    pub tails: Vec<Tail>,
}

impl Script {
    /// The newest version, deployed or not.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The versions that can be deployed, the newest first.
    pub fn deployable(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().rev().take(DEPLOYABLE)
    }

    /// A version by its id.
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// Adds a version and gives it its number.
    pub fn add(&mut self, mut version: Version) -> &Version {
        version.number = self.latest().map_or(1, |latest| latest.number + 1);
        self.modified_on.clone_from(&version.created_on);
        let at = self.versions.len();
        self.versions.push(version);
        &self.versions[at]
    }

    /// Whether the newest version has all of the traffic.
    pub fn serves_latest(&self) -> bool {
        let serving = self.deployment().map(|deployment| &*deployment.versions);
        match (serving, self.latest()) {
            (Some([only]), Some(latest)) => only.version_id == latest.id,
            _ => false,
        }
    }

    /// The deployment that serves.
    pub fn deployment(&self) -> Option<&Deployment> {
        self.deployments.last()
    }

    /// The versions that serve, each with its percentage.
    pub fn serving(&self) -> impl Iterator<Item = (&Version, f64)> {
        let shares = self.deployment().map(|deployment| &*deployment.versions);
        shares
            .unwrap_or_default()
            .iter()
            .filter_map(|share| Some((self.version(&share.version_id)?, share.percentage)))
    }
}

/// Where a Worker is reached without a domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subdomain {
    /// `NAME.SUBDOMAIN.workers.dev`.
    pub enabled: bool,
    /// `VERSION-NAME.SUBDOMAIN.workers.dev`.
    pub previews_enabled: bool,
}

/// A version: code and everything that is versioned with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// A UUID.
    pub id: String,
    /// 1 for the first.
    pub number: u32,
    /// When it was uploaded.
    pub created_on: String,
    /// `wrangler`, `dash`, `api`, `secret_api`, …
    pub source: String,
    /// `workers/message`, `workers/tag`, `workers/alias`, `workers/triggered_by`.
    pub annotations: BTreeMap<String, String>,
    /// The module that is run; none where there are only assets.
    pub main_module: Option<String>,
    /// Whether the main part is a script of the service-worker format rather than a module.
    pub is_service_worker: bool,
    /// The modules.
    pub modules: Vec<Module>,
    /// With the values of secrets in them, which no answer gives.
    pub bindings: Vec<Binding>,
    /// `YYYY-MM-DD`.
    pub compatibility_date: Option<String>,
    /// Such as `nodejs_compat`.
    pub compatibility_flags: Vec<String>,
    /// `cpu_ms` and others, as they were sent.
    pub limits: Option<Value>,
    /// As it was sent.
    pub placement: Option<Value>,
    /// Static assets.
    pub assets: Option<Assets>,
    /// `fetch`, `scheduled`, `queue`, … where it is known.
    pub handlers: Vec<String>,
    /// How long it took to start, in milliseconds.
    pub startup_time_ms: u32,
    /// The tag of the migrations that had been applied when it was made.
    pub migration_tag: Option<String>,
}

impl Version {
    /// Whether it can be reached at an address of its own: one with Durable Objects cannot.
    pub fn has_preview(&self) -> bool {
        !self.bindings.iter().any(|binding| binding.kind == "durable_object_namespace")
    }

    /// A binding by its name.
    pub fn binding(&self, name: &str) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.name == name)
    }

    /// The names of its secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(|binding| binding.is_secret())
    }
}

/// A module of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Module {
    /// As it is imported.
    pub name: String,
    /// Such as `application/javascript+module`.
    pub content_type: String,
    /// Where its bytes are.
    pub blob: String,
    /// How many bytes.
    pub size: u64,
}

/// A binding, as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Binding {
    /// The name in `env`.
    pub name: String,
    /// `kv_namespace`, `d1`, `secret_text`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything else of it, such as `namespace_id`.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

impl Binding {
    /// Whether its value is secret.
    pub fn is_secret(&self) -> bool {
        matches!(&*self.kind, "secret_text" | "secret_key")
    }

    /// A field that is text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    /// The binding as an answer shows it: without the value of a secret, and with both names that the
    /// id of a database has.
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        if self.is_secret() {
            shown.fields.retain(|field, _| !matches!(&**field, "text" | "key_base64" | "key_jwk"));
        }
        // Wrangler sends `id`; the published description has `database_id`, and `id` as its older name.
        if let ("d1", Some(id)) = (&*self.kind, self.fields.get("id")) {
            shown.fields.entry("database_id").or_insert_with(|| id.clone());
        }
        shown
    }
}

/// The static assets of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assets {
    /// The path, from `/`, to the hash of the file.
    pub manifest: BTreeMap<String, String>,
    /// `html_handling`, `not_found_handling`, `run_worker_first`, `_headers`, `_redirects`.
    pub config: Map<String, Value>,
}

/// A file that was uploaded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asset {
    /// Where its bytes are.
    pub blob: String,
    /// What it is served as.
    pub content_type: Option<String>,
}

/// An upload of assets that has begun.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssetUpload {
    /// The Worker that it is for.
    pub script: String,
    /// The path to the hash of every file.
    pub manifest: BTreeMap<String, String>,
}

/// A deployment: which versions serve, and how much of the traffic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deployment {
    /// A UUID.
    pub id: String,
    /// When it was made.
    pub created_on: String,
    /// `wrangler`, `dash`, `api`, `secret_api`, …
    pub source: String,
    /// `workers/message`, `workers/triggered_by`.
    pub annotations: BTreeMap<String, String>,
    /// One or two versions.
    pub versions: Vec<Share>,
}

/// The share of a version in a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Share {
    /// The version.
    pub version_id: String,
    /// From 0 to 100.
    pub percentage: f64,
}

/// A cron trigger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    /// Five fields.
    pub cron: String,
    /// When it was added.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
}

/// A custom domain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Domain {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The whole name.
    pub hostname: String,
    /// The Worker.
    pub service: String,
    /// The zone that the name belongs to.
    pub zone_id: String,
    /// Its certificate.
    pub cert_id: String,
}

/// A class of Durable Objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespace {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The class.
    pub class: String,
    /// The Worker that has it.
    pub script: String,
    /// Whether its data is in SQLite rather than in the key-value backend.
    pub use_sqlite: bool,
}
