//! What is said to `runner.mjs`: Workers as data. One Worker there is one version here.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};

/// A version that is to run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Worker {
    /// `api--0c6e…`: see [`worker_name`].
    pub(super) name: String,
    /// The main one first.
    pub(super) modules: Vec<Module>,
    /// `YYYY-MM-DD`.
    pub(super) compatibility_date: String,
    /// Such as `nodejs_compat`.
    pub(super) compatibility_flags: Vec<String>,
    /// The classes that live in this version, bound or not.
    pub(super) durable_objects: Vec<DurableObject>,
    /// What is in `env`, but for the assets.
    pub(super) bindings: Vec<Binding>,
    /// Static assets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assets: Option<Assets>,
}

/// The name under which a version runs.
pub(super) fn worker_name(script: &str, version: &str) -> String {
    format!("{script}--{version}")
}

/// The Worker and the version that run under a name.
pub(super) fn script_and_version(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once("--")
}

/// A module of a Worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Module {
    /// What it is.
    #[serde(rename = "type")]
    pub(super) kind: ModuleKind,
    /// As it is imported.
    pub(super) name: String,
    /// Where its bytes are.
    pub(super) file: PathBuf,
}

/// What a module is, in miniflare's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum ModuleKind {
    /// `application/javascript+module`.
    ESModule,
    /// `application/javascript`, beside a main module.
    CommonJS,
    /// `text/plain`.
    Text,
    /// `application/octet-stream`.
    Data,
    /// `application/wasm`.
    CompiledWasm,
    /// `text/x-python`.
    PythonModule,
    /// `text/x-python-requirement`.
    PythonRequirement,
    /// `application/javascript`, alone: a script that adds event listeners.
    ServiceWorker,
}

/// A class of Durable Objects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct DurableObject {
    /// The exported name.
    pub(super) class: String,
    /// The version that it lives in; without it the one that has the binding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worker: Option<String>,
    /// Whether its data is in SQLite.
    pub(super) sqlite: bool,
    /// Names its data, whichever version it lives in.
    pub(super) key: String,
}

/// The static assets of a version.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Assets {
    /// The folder that the files are in.
    pub(super) directory: PathBuf,
    /// The name in `env`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) binding: Option<String>,
    /// miniflare's `routerConfig`.
    pub(super) router: Map<String, Value>,
    /// miniflare's `assetConfig`.
    pub(super) config: Map<String, Value>,
}

/// A product whose data the sandbox itself has: see [`super::bindings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Product {
    /// Workers KV, by the id of the namespace.
    Kv,
    /// D1, by the id of the database.
    D1,
    /// R2, by the bucket's jurisdiction and name: `default/pictures`.
    R2,
    /// Queues, by the queue's name.
    Queue,
}

/// Something in `env`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Binding {
    /// A variable, a secret, a JSON value.
    Value { name: String, value: Value },
    /// Bytes.
    Data { name: String, file: PathBuf },
    /// A compiled module.
    Wasm { name: String, file: PathBuf },
    /// A resource of the account.
    Product { name: String, product: Product, id: String },
    /// Another Worker, or itself.
    Service {
        name: String,
        worker: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        entrypoint: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        props: Option<Value>,
    },
    /// A namespace of Durable Objects.
    DurableObject {
        name: String,
        #[serde(flatten)]
        object: DurableObject,
    },
    /// A workflow.
    Workflow { name: String, workflow: String, class: String, worker: String },
    /// A dataset, whose points go nowhere.
    AnalyticsEngine { name: String, dataset: String },
    /// A database elsewhere, by its connection string.
    Hyperdrive { name: String, url: String },
    /// A rate limit: so many calls in 10 or 60 seconds.
    Ratelimit { name: String, namespace: String, limit: u64, period: u64 },
    /// A secret of the secrets store; without its text it is missing.
    Secret { name: String, text: Option<String> },
    /// Anything else. Using it throws the message.
    Unavailable { name: String, message: String },
}

/// What the runner is asked.
#[derive(Debug, Serialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub(super) enum Command<'a> {
    /// Run these, and none but these.
    Load {
        /// Where the runtime finds the sandbox's data: `ADDRESS:PORT`.
        sandbox: String,
        /// The folder for what the runtime itself keeps: Durable Objects, workflows, caches.
        storage: &'a std::path::Path,
        /// The Workers.
        workers: &'a [Worker],
    },
    /// See whether it starts.
    Probe {
        /// The Worker.
        worker: &'a Worker,
    },
}
