//! What is in the `env` of a version: from bindings as they were uploaded to bindings as the runtime
//! wants them.

use std::io;

use serde_json::{Map, Value, json};

use super::super::state::r2::DEFAULT_JURISDICTION;
use super::super::state::workers::{self, Version};
use super::plan::Account;
use super::spec::{Binding, DurableObject, Product};

/// A version whose `env` is asked for.
pub(super) struct Env<'a> {
    pub(super) account: Account<'a>,
    pub(super) script: &'a str,
    pub(super) version: &'a Version,
}

impl Env<'_> {
    /// All of it but the assets, which come by a way of their own.
    pub(super) fn bindings(&self) -> io::Result<Vec<Binding>> {
        let bindings = self.version.bindings.iter().filter(|binding| binding.kind != "assets");
        bindings.map(|binding| self.binding(binding)).collect()
    }

    fn binding(&self, binding: &workers::Binding) -> io::Result<Binding> {
        let name = binding.name.clone();
        let text = |field| binding.text(field).unwrap_or_default().to_owned();
        let product =
            |product, field| Binding::Product { name: name.clone(), product, id: text(field) };
        let value = |value| Binding::Value { name: name.clone(), value };
        Ok(match &*binding.kind {
            "plain_text" | "secret_text" => value(text("text").into()),
            "json" => value(binding.fields.get("json").cloned().unwrap_or_default()),
            "version_metadata" => value(self.metadata()),
            "kv_namespace" => product(Product::Kv, "namespace_id"),
            "d1" if binding.text("id").is_some() => product(Product::D1, "id"),
            "d1" => product(Product::D1, "database_id"),
            "r2_bucket" => {
                let place = binding.text("jurisdiction").unwrap_or(DEFAULT_JURISDICTION);
                let id = format!("{place}/{}", text("bucket_name"));
                Binding::Product { name, product: Product::R2, id }
            }
            "queue" => product(Product::Queue, "queue_name"),
            "service" => self.service(binding),
            "durable_object_namespace" => self.durable_object(binding),
            "workflow" => self.workflow(binding),
            "analytics_engine" => Binding::AnalyticsEngine { name, dataset: text("dataset") },
            "ratelimit" => {
                let simple = |key| binding.fields.get("simple")?.get(key)?.as_u64();
                let (limit, period) =
                    (simple("limit").unwrap_or_default(), simple("period").unwrap_or_default());
                Binding::Ratelimit { name, namespace: text("namespace_id"), limit, period }
            }
            "hyperdrive" => self.hyperdrive(binding),
            "secrets_store_secret" => self.stored_secret(binding),
            "text_blob" | "data_blob" | "wasm_module" => self.part(binding)?,
            kind => {
                let message = format!("the sandbox does not emulate bindings of the type {kind}");
                Binding::Unavailable { name, message }
            }
        })
    }

    fn metadata(&self) -> Value {
        let tag = self.version.annotations.get("workers/tag");
        json!({
            "id": self.version.id,
            "tag": tag.map(String::as_str).unwrap_or_default(),
            "timestamp": self.version.created_on,
        })
    }

    fn service(&self, binding: &workers::Binding) -> Binding {
        let target = binding.text("service").unwrap_or_default();
        let Some(worker) = self.account.host(target) else {
            return undeployed(&binding.name, target);
        };
        Binding::Service {
            name: binding.name.clone(),
            worker,
            entrypoint: binding.text("entrypoint").map(str::to_owned),
            props: binding.fields.get("props").filter(|props| props.is_object()).cloned(),
        }
    }

    fn durable_object(&self, binding: &workers::Binding) -> Binding {
        let (class, script) = self.home(binding);
        let id = binding.text("namespace_id");
        let namespace = self.account.state.workers.namespaces.iter().find(|namespace| {
            id == Some(&namespace.id) || (namespace.class == class && namespace.script == script)
        });
        let home = namespace.map_or(script, |namespace| &namespace.script);
        if home != self.script && self.account.host(home).is_none() {
            return undeployed(&binding.name, home);
        }
        let object = DurableObject {
            // A namespace that was renamed since the upload has its class's new name.
            class: namespace.map_or(class, |namespace| &namespace.class).to_owned(),
            worker: self.elsewhere(home),
            sqlite: namespace.is_none_or(|namespace| namespace.use_sqlite),
            key: namespace.map_or_else(|| format!("{script}-{class}"), |it| it.id.clone()),
        };
        Binding::DurableObject { name: binding.name.clone(), object }
    }

    fn workflow(&self, binding: &workers::Binding) -> Binding {
        let (class, script) = self.home(binding);
        if script != self.script && self.account.host(script).is_none() {
            return undeployed(&binding.name, script);
        }
        Binding::Workflow {
            name: binding.name.clone(),
            workflow: binding.text("workflow_name").unwrap_or_default().to_owned(),
            class: class.to_owned(),
            worker: self.elsewhere(script).unwrap_or_else(|| self.name()),
        }
    }

    /// The database itself: nothing pools or caches on the way.
    fn hyperdrive(&self, binding: &workers::Binding) -> Binding {
        let name = binding.name.clone();
        let config = self.account.state.hyperdrive.get(binding.text("id").unwrap_or_default());
        match config.and_then(|config| connection_string(&config.origin)) {
            Some(url) => Binding::Hyperdrive { name, url },
            None => {
                let message = "the Hyperdrive configuration names no database".to_owned();
                Binding::Unavailable { name, message }
            }
        }
    }

    fn stored_secret(&self, binding: &workers::Binding) -> Binding {
        let text = |field| binding.text(field).unwrap_or_default();
        let (store, secret) = (text("store_id"), text("secret_name"));
        let stored = self.account.state.secrets_store.secret(store, secret);
        let text = stored.map(|stored| stored.value.clone());
        Binding::Secret { name: binding.name.clone(), text }
    }

    /// The class that a binding means, and the Worker that exports it.
    fn home<'b>(&'b self, binding: &'b workers::Binding) -> (&'b str, &'b str) {
        let class = binding.text("class_name").unwrap_or_default();
        (class, binding.text("script_name").unwrap_or(self.script))
    }

    /// The version of a Worker that its objects live in, unless it is this one.
    fn elsewhere(&self, script: &str) -> Option<String> {
        self.account.host(script).filter(|host| *host != self.name())
    }

    fn name(&self) -> String {
        super::spec::worker_name(self.script, &self.version.id)
    }

    /// A part of the upload as a global of a Worker in the service-worker format.
    fn part(&self, binding: &workers::Binding) -> io::Result<Binding> {
        let name = binding.name.clone();
        let part = binding.text("part").unwrap_or(&name);
        let Some(module) = self.version.modules.iter().find(|module| module.name == part) else {
            let message = format!("the upload has no part {part}");
            return Ok(Binding::Unavailable { name, message });
        };
        let file = self.account.files.blob(self.account.store, &module.blob)?;
        Ok(match &*binding.kind {
            "wasm_module" => Binding::Wasm { name, file },
            "data_blob" => Binding::Data { name, file },
            _ => Binding::Value { name, value: std::fs::read_to_string(&file)?.into() },
        })
    }
}

/// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
fn connection_string(origin: &Map<String, Value>) -> Option<String> {
    let text = |field| origin.get(field).and_then(Value::as_str);
    let scheme = text("scheme").unwrap_or("postgres");
    let mut url = reqwest::Url::parse(&format!("{scheme}://{}", text("host")?)).ok()?;
    url.set_username(text("user").unwrap_or_default()).ok()?;
    url.set_password(text("password")).ok()?;
    let port = origin.get("port").and_then(Value::as_u64);
    url.set_port(port.and_then(|port| u16::try_from(port).ok())).ok()?;
    url.set_path(text("database")?);
    Some(url.into())
}

/// A binding to a Worker that does not run.
fn undeployed(name: &str, script: &str) -> Binding {
    let message = format!("the Worker {script} has no deployment");
    Binding::Unavailable { name: name.to_owned(), message }
}
