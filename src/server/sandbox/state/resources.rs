//! Products of which the sandbox knows what there is, and not what it does: Hyperdrive, Vectorize,
//! Workflows, the Secrets Store, dispatch namespaces, certificates and pipelines.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Hyperdrive's configurations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hyperdrive {
    /// In the order they were made.
    pub configs: Vec<HyperdriveConfig>,
}

impl Hyperdrive {
    /// A configuration by its id.
    pub fn get(&self, id: &str) -> Option<&HyperdriveConfig> {
        self.configs.iter().find(|config| config.id == id)
    }
}

/// A way to a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HyperdriveConfig {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where the database is. The password stays, so that a Worker may connect; the API never shows it.
    pub origin: Map<String, Value>,
    /// `disabled`, `max_age`, `stale_while_revalidate`.
    pub caching: Map<String, Value>,
    /// Certificates.
    pub mtls: Option<Value>,
    /// How many connections at most.
    pub origin_connection_limit: Option<u32>,
    /// When it was made.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
}

/// Vectorize's indexes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vectorize {
    /// In the order they were made.
    pub indexes: Vec<VectorizeIndex>,
}

impl Vectorize {
    /// An index by its name.
    pub fn get(&self, name: &str) -> Option<&VectorizeIndex> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

/// An index of vectors, without the vectors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VectorizeIndex {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: String,
    /// `dimensions` and `metric`.
    pub config: Map<String, Value>,
    /// When it was made.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
    /// Properties of the metadata that are indexed: `propertyName`, `indexType`.
    pub metadata_indexes: Vec<Value>,
}

/// Workflows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Workflows {
    /// In the order they were made.
    pub workflows: Vec<Workflow>,
}

impl Workflows {
    /// A workflow by its name.
    pub fn get(&self, name: &str) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.name == name)
    }
}

/// A workflow, without its instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Workflow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The class that runs.
    pub class_name: String,
    /// The Worker that exports the class.
    pub script_name: String,
    /// The id of what was put last.
    pub version_id: String,
    /// `cron` of each, as it was sent.
    pub schedules: Vec<Value>,
    /// When it was made.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
}

/// The Secrets Store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecretsStore {
    /// In the order they were made.
    pub stores: Vec<SecretStore>,
}

impl SecretsStore {
    /// A store by its id.
    pub fn store(&self, id: &str) -> Option<&SecretStore> {
        self.stores.iter().find(|store| store.id == id)
    }

    /// A secret by its store and name, as a binding names it.
    pub fn secret(&self, store: &str, name: &str) -> Option<&StoredSecret> {
        self.store(store)?.secrets.iter().find(|secret| secret.name == name)
    }
}

/// A store of secrets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecretStore {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub modified: String,
    /// In the order they were made.
    pub secrets: Vec<StoredSecret>,
}

/// A secret of a store.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredSecret {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Never shown by the API; for Workers.
    pub value: String,
    /// For people.
    pub comment: String,
    /// Who may use it: `workers` …
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub modified: String,
}

/// Without the value.
impl std::fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSecret")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Workers for Platforms' namespaces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dispatch {
    /// In the order they were made.
    pub namespaces: Vec<DispatchNamespace>,
}

impl Dispatch {
    /// A namespace by its name.
    pub fn get(&self, name: &str) -> Option<&DispatchNamespace> {
        self.namespaces.iter().find(|namespace| namespace.name == name)
    }
}

/// A namespace for the Workers of a platform's customers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DispatchNamespace {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
}

/// Certificates that Workers show to origins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificates {
    /// In the order they were uploaded.
    pub certificates: Vec<Certificate>,
}

impl Certificates {
    /// A certificate by its id.
    pub fn get(&self, id: &str) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| certificate.id == id)
    }
}

/// A certificate; its private key is thrown away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is an authority's.
    pub ca: bool,
    /// As it was sent.
    pub certificates: String,
    /// When it was uploaded.
    pub uploaded_on: String,
}

/// Pipelines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pipelines {
    /// In the order they were made.
    pub pipelines: Vec<Pipeline>,
}

impl Pipelines {
    /// A pipeline by its id or its name.
    pub fn get(&self, id_or_name: &str) -> Option<&Pipeline> {
        self.pipelines
            .iter()
            .find(|pipeline| pipeline.id == id_or_name || pipeline.name == id_or_name)
    }
}

/// A pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pipeline {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub sql: String,
    /// When it was made.
    pub created_at: String,
}
