//! Resources of a seed: what Workers are bound to.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::server::sandbox::Sandbox;
use crate::server::sandbox::d1::Statement;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::d1::D1Database;
use crate::server::sandbox::state::kv::KvNamespace;
use crate::server::sandbox::state::pages::PagesProject;
use crate::server::sandbox::state::queues::{Consumer, Queue};
use crate::server::sandbox::state::r2::{Bucket, DEFAULT_JURISDICTION};
use crate::server::sandbox::state::resources::{
    Certificate, DispatchNamespace, HyperdriveConfig, Pipeline, SecretStore, StoredSecret,
    VectorizeIndex, Workflow,
};

/// The lists of a seed, one for each product.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ResourcesSeed {
    kv: Vec<KvSeed>,
    d1: Vec<D1Seed>,
    r2: R2Seed,
    queues: Vec<QueueSeed>,
    hyperdrive: Vec<NamedSeed>,
    vectorize: Vec<VectorizeSeed>,
    workflows: Vec<WorkflowSeed>,
    secrets_stores: Vec<StoreSeed>,
    dispatch_namespaces: Vec<NamedSeed>,
    certificates: Vec<NamedSeed>,
    pipelines: Vec<NamedSeed>,
    pages: Vec<PagesSeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KvSeed {
    title: String,
    #[serde(default)]
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct D1Seed {
    name: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    jurisdiction: Option<String>,
    /// Run when the sandbox starts.
    #[serde(default)]
    sql: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct R2Seed {
    enabled: bool,
    buckets: Vec<BucketSeed>,
}

impl Default for R2Seed {
    fn default() -> Self {
        Self { enabled: true, buckets: Vec::new() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BucketSeed {
    name: String,
    #[serde(default)]
    jurisdiction: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueSeed {
    name: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    consumers: Vec<ConsumerSeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ConsumerSeed {
    worker: String,
    #[serde(default)]
    dead_letter_queue: Option<String>,
}

/// What has a name and an id, and nothing else to seed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedSeed {
    name: String,
    #[serde(default)]
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorizeSeed {
    name: String,
    dimensions: u32,
    metric: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkflowSeed {
    name: String,
    class: String,
    worker: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreSeed {
    name: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    secrets: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PagesSeed {
    name: String,
    #[serde(default)]
    production_branch: Option<String>,
}

impl ResourcesSeed {
    /// The SQL that the databases start with.
    pub(super) fn sql(&self) -> Vec<(String, String)> {
        let databases = self.d1.iter();
        databases.filter_map(|seed| Some((seed.name.clone(), seed.sql.clone()?))).collect()
    }

    /// Puts the resources into the account.
    pub(super) fn fill(self, sandbox: &Sandbox, state: &mut State) {
        let source = &sandbox.source;
        let now = source.now();
        let id = |id: Option<String>| id.unwrap_or_else(|| source.id());
        state.kv.namespaces.extend(self.kv.into_iter().map(|seed| KvNamespace {
            id: id(seed.id),
            title: seed.title,
            ..KvNamespace::default()
        }));
        state.d1.databases.extend(self.d1.into_iter().map(|seed| D1Database {
            uuid: seed.id.unwrap_or_else(|| source.uuid()),
            name: seed.name,
            created_at: now.clone(),
            jurisdiction: seed.jurisdiction,
            ..D1Database::default()
        }));
        state.r2.enabled = self.r2.enabled;
        state.r2.buckets.extend(self.r2.buckets.into_iter().map(|seed| Bucket {
            name: seed.name,
            jurisdiction: seed.jurisdiction.unwrap_or_else(|| DEFAULT_JURISDICTION.into()),
            creation_date: now.clone(),
            ..Bucket::default()
        }));
        let consumer = |seed: ConsumerSeed| Consumer {
            consumer_id: source.id(),
            kind: "worker".into(),
            script_name: Some(seed.worker),
            dead_letter_queue: seed.dead_letter_queue,
            created_on: now.clone(),
            settings: Map::new(),
        };
        state.queues.queues.extend(self.queues.into_iter().map(|seed| Queue {
            id: id(seed.id),
            name: seed.name,
            created_on: now.clone(),
            modified_on: now.clone(),
            consumers: seed.consumers.into_iter().map(consumer).collect(),
            ..Queue::default()
        }));
        state.hyperdrive.configs.extend(self.hyperdrive.into_iter().map(|seed| HyperdriveConfig {
            id: id(seed.id),
            name: seed.name,
            origin: origin(),
            caching: Map::from_iter([("disabled".into(), false.into())]),
            created_on: now.clone(),
            modified_on: now.clone(),
            ..HyperdriveConfig::default()
        }));
        state.vectorize.indexes.extend(self.vectorize.into_iter().map(|seed| VectorizeIndex {
            name: seed.name,
            config: Map::from_iter([
                ("dimensions".into(), seed.dimensions.into()),
                ("metric".into(), seed.metric.into()),
            ]),
            created_on: now.clone(),
            modified_on: now.clone(),
            ..VectorizeIndex::default()
        }));
        state.workflows.workflows.extend(self.workflows.into_iter().map(|seed| Workflow {
            id: source.uuid(),
            name: seed.name,
            class_name: seed.class,
            script_name: seed.worker,
            version_id: source.uuid(),
            created_on: now.clone(),
            modified_on: now.clone(),
            ..Workflow::default()
        }));
        let secret = |name: String| StoredSecret {
            id: source.id(),
            name,
            value: "seeded".into(),
            scopes: vec!["workers".into()],
            created: now.clone(),
            modified: now.clone(),
            ..StoredSecret::default()
        };
        state.secrets_store.stores.extend(self.secrets_stores.into_iter().map(|seed| {
            SecretStore {
                id: id(seed.id),
                name: seed.name,
                created: now.clone(),
                modified: now.clone(),
                secrets: seed.secrets.into_iter().map(secret).collect(),
            }
        }));
        state.dispatch.namespaces.extend(self.dispatch_namespaces.into_iter().map(|seed| {
            DispatchNamespace {
                id: seed.id.unwrap_or_else(|| source.uuid()),
                name: seed.name,
                created_on: now.clone(),
                modified_on: now.clone(),
            }
        }));
        state.certificates.certificates.extend(self.certificates.into_iter().map(|seed| {
            Certificate {
                id: seed.id.unwrap_or_else(|| source.uuid()),
                name: seed.name,
                uploaded_on: now.clone(),
                ..Certificate::default()
            }
        }));
        state.pipelines.pipelines.extend(self.pipelines.into_iter().map(|seed| Pipeline {
            id: id(seed.id),
            name: seed.name,
            created_at: now.clone(),
            ..Pipeline::default()
        }));
        state.pages.projects.extend(self.pages.into_iter().map(|seed| PagesProject {
            id: source.uuid(),
            name: seed.name,
            production_branch: seed.production_branch.unwrap_or_else(|| "main".into()),
            created_on: now.clone(),
            ..PagesProject::default()
        }));
    }
}

/// A database that a Hyperdrive configuration leads to; nobody is there.
fn origin() -> Map<String, Value> {
    let origin = json!({
        "scheme": "postgres", "host": "db.example.com", "port": 5432, "database": "db", "user": "u",
    });
    origin.as_object().cloned().unwrap_or_default()
}

/// Runs SQL in the databases of an account that was just made.
pub(super) fn run(sandbox: &Sandbox, sql: Vec<(String, String)>) -> Result<(), ApiError> {
    for (database, text) in sql {
        let wrong = |what: String| {
            ApiError::new(400, 7500, format!("the database `{database}` of the seed: {what}"))
        };
        let statements =
            Statement::split(&text, Vec::new()).map_err(|error| wrong(error.to_string()))?;
        sandbox.d1_run(&database, &statements).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(())
}
