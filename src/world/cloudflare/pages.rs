//! Pages projects.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::binding::live_binding;
use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{LiveBinding, PagesBuild, PagesProject, PagesRuntime};
use crate::world::http::segment;

/// How many projects a page has at most: more is refused (code 8000024), and Wrangler asks for as
/// many.
const PER_PAGE: usize = 10;

/// What a project's configuration calls its bindings, what the API of Workers calls each kind, and
/// what it calls the target that stands under `name` there.
const KINDS: [(&str, &str, &str); 12] = [
    ("ai_bindings", "ai", ""),
    ("analytics_engine_datasets", "analytics_engine", ""),
    ("browsers", "browser", ""),
    ("d1_databases", "d1", ""),
    ("durable_object_namespaces", "durable_object_namespace", ""),
    ("hyperdrive_bindings", "hyperdrive", ""),
    ("kv_namespaces", "kv_namespace", ""),
    ("mtls_certificates", "mtls_certificate", ""),
    ("queue_producers", "queue", "queue_name"),
    ("r2_buckets", "r2_bucket", "bucket_name"),
    ("services", "service", ""),
    ("vectorize_bindings", "vectorize", ""),
];

#[derive(Deserialize)]
struct Project {
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    production_branch: String,
    #[serde(default)]
    source: Option<Value>,
    #[serde(default, deserialize_with = "or_default")]
    domains: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    build_config: BuildConfig,
    #[serde(default, deserialize_with = "or_default")]
    deployment_configs: BTreeMap<String, Option<Map<String, Value>>>,
}

#[derive(Default, Deserialize)]
struct BuildConfig {
    #[serde(default)]
    build_command: Option<String>,
    #[serde(default)]
    destination_dir: Option<String>,
    #[serde(default)]
    root_dir: Option<String>,
}

impl Cloudflare {
    /// The Pages projects of an account.
    pub async fn pages_projects(
        &self,
        account: &str,
    ) -> Result<Vec<PagesProject>, CloudflareError> {
        let path = format!("/accounts/{}/pages/projects", segment(account));
        let projects: Vec<Project> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        Ok(projects.into_iter().map(project).collect())
    }
}

fn project(found: Project) -> PagesProject {
    let mut project = PagesProject {
        name: found.name,
        production_branch: found.production_branch,
        git_connected: found.source.is_some(),
        domains: found.domains,
        build: build(found.build_config),
        ..PagesProject::default()
    };
    for (environment, config) in found.deployment_configs {
        let mut config = config.unwrap_or_default();
        project.runtime.insert(environment.clone(), runtime(&mut config));
        project.bindings.insert(environment, bindings(config));
    }
    project
}

fn build(found: BuildConfig) -> PagesBuild {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    PagesBuild {
        command: filled(found.build_command),
        output_dir: filled(found.destination_dir),
        root_dir: filled(found.root_dir),
    }
}

/// What the runtime is told in one environment.
fn runtime(config: &mut Map<String, Value>) -> PagesRuntime {
    let flags = config.remove("compatibility_flags");
    let flags = flags.as_ref().and_then(Value::as_array).into_iter().flatten();
    let mut given = |key: &str| config.remove(key).filter(|value| !value.is_null());
    PagesRuntime {
        compatibility_date: given("compatibility_date")
            .and_then(|date| Some(date.as_str()?.to_owned())),
        compatibility_flags: flags.filter_map(|flag| Some(flag.as_str()?.to_owned())).collect(),
        limits: given("limits"),
        placement: given("placement"),
    }
}

/// The bindings of one environment, in the words of the API of Workers.
fn bindings(mut config: Map<String, Value>) -> Vec<LiveBinding> {
    let mut bindings = Vec::new();
    for (key, kind, target) in KINDS {
        let Some(Value::Object(items)) = config.remove(key) else { continue };
        for (name, found) in items {
            let mut binding = match found {
                Value::Object(found) => found,
                _ => Map::new(),
            };
            if let Some(named) = binding.remove("name") {
                binding.insert(target.to_owned(), named);
            }
            binding.insert("name".to_owned(), name.into());
            binding.insert("type".to_owned(), kind.into());
            bindings.push(live_binding(binding));
        }
    }
    if let Some(Value::Object(variables)) = config.remove("env_vars") {
        for (name, mut variable) in variables {
            let mut binding = Map::from_iter([("name".to_owned(), Value::from(name))]);
            binding.insert("type".to_owned(), variable["type"].take());
            binding.insert("text".to_owned(), variable["value"].take());
            bindings.push(live_binding(binding));
        }
    }
    bindings.sort_by(|a, b| a.name.cmp(&b.name));
    bindings
}
