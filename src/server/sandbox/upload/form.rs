//! What was sent: `metadata`, and a part for each module.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::INVALID_UPLOAD;
use crate::server::sandbox::state::workers::{Binding, Module};
use crate::server::sandbox::store::Store;

/// A form that was sent.
pub(in crate::server::sandbox) struct Form {
    pub(in crate::server::sandbox) metadata: Metadata,
    pub(super) parts: Vec<Part>,
}

/// A module in a form.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) bytes: Bytes,
}

/// What the part `metadata` says, as `createWorkerUploadForm` writes it (cli.js:171385).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::server::sandbox) struct Metadata {
    pub(in crate::server::sandbox) main_module: Option<String>,
    pub(super) body_part: Option<String>,
    pub(in crate::server::sandbox) bindings: Vec<Binding>,
    pub(super) keep_bindings: Vec<String>,
    pub(super) keep_assets: bool,
    pub(in crate::server::sandbox) compatibility_date: Option<String>,
    pub(in crate::server::sandbox) compatibility_flags: Vec<String>,
    pub(super) migrations: Option<Migrations>,
    pub(super) exports: Map<String, Value>,
    pub(super) assets: Option<SentAssets>,
    pub(super) limits: Option<Value>,
    pub(super) placement: Option<Value>,
    pub(super) annotations: BTreeMap<String, Option<String>>,
    pub(in crate::server::sandbox) tail_consumers: Option<Vec<Value>>,
    pub(in crate::server::sandbox) logpush: Option<bool>,
    pub(in crate::server::sandbox) observability: Option<Value>,
    pub(in crate::server::sandbox) tags: Option<Vec<String>>,
}

/// The assets of an upload.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SentAssets {
    pub(super) jwt: Option<String>,
    pub(super) config: Map<String, Value>,
}

/// Migrations of Durable Objects: one step, or several of which the last has the new tag.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Migrations {
    pub(super) old_tag: Option<String>,
    pub(super) new_tag: Option<String>,
    pub(super) steps: Vec<Step>,
    #[serde(flatten)]
    pub(super) step: Step,
}

/// One step of the migrations.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Step {
    pub(super) new_classes: Vec<String>,
    pub(super) new_sqlite_classes: Vec<String>,
    pub(super) renamed_classes: Vec<Rename>,
    pub(super) deleted_classes: Vec<String>,
    pub(super) transferred_classes: Vec<Transfer>,
}

/// A class gets another name.
#[derive(Debug, Deserialize)]
pub(super) struct Rename {
    pub(super) from: String,
    pub(super) to: String,
}

/// A class of another Worker comes over.
#[derive(Debug, Deserialize)]
pub(super) struct Transfer {
    pub(super) from: String,
    pub(super) from_script: String,
    pub(super) to: String,
}

impl Metadata {
    /// Whether `exports` declares Durable Objects, which makes and removes classes as migrations do.
    pub(super) fn has_objects(&self) -> bool {
        self.exports.values().any(|export| export["type"] == "durable-object")
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let broken = |why: String| INVALID_UPLOAD.saying(format!("Could not parse form: {why}"));
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|error| broken(error.body_text()))?;
        let (mut metadata, mut parts) = (None, Vec::new());
        while let Some(field) =
            form.next_field().await.map_err(|error| broken(error.body_text()))?
        {
            let name = field.name().unwrap_or_default().to_owned();
            let content_type = field.content_type().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| broken(error.body_text()))?;
            if name == "metadata" {
                let read = serde_json::from_slice::<Metadata>(&bytes);
                metadata = Some(read.map_err(|error| broken(format!("metadata: {error}")))?);
            } else {
                parts.push(Part { name, content_type, bytes });
            }
        }
        let metadata = metadata.ok_or_else(|| broken("there is no part \"metadata\"".into()))?;
        Ok(Self { metadata, parts })
    }
}

impl Form {
    /// Keeps the modules. Source maps are none: workerd would take them for modules.
    pub(in crate::server::sandbox) fn keep(&self, store: &Store) -> Result<Vec<Module>, ApiError> {
        let modules = self.parts.iter().filter(|part| !part.is_source_map());
        modules
            .map(|part| {
                Ok(Module {
                    name: part.name.clone(),
                    content_type: part.content_type.clone(),
                    blob: store.put_blob(part.bytes.clone())?,
                    size: part.bytes.len() as u64,
                })
            })
            .collect()
    }
}

impl Part {
    fn is_source_map(&self) -> bool {
        self.content_type.starts_with("application/source-map")
    }
}
