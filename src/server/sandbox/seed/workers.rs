//! Workers of a seed: deployed as if by Wrangler, with their triggers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::server::sandbox::Sandbox;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::state::workers::{
    Binding, Deployment, Domain, Module, Namespace, Schedule, Script, Share, Subdomain, Version,
};
use crate::server::sandbox::state::zones::Route;
use crate::server::sandbox::state::{DnsRecord, State};

/// What a Worker does whose seed does not say.
const CODE: &str = "export default { fetch() { return new Response(\"hello\") } }\n";

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WorkerSeed {
    pub(super) name: String,
    pub(super) id: Option<String>,
    /// The code, or the file that holds it.
    pub(super) code: Option<String>,
    pub(super) main: Option<String>,
    pub(super) compatibility_date: Option<String>,
    pub(super) compatibility_flags: Vec<String>,
    pub(super) vars: BTreeMap<String, Value>,
    pub(super) secrets: Secrets,
    /// As they stand in the metadata of an upload: `{name, type, …}`.
    pub(super) bindings: Vec<Binding>,
    pub(super) durable_objects: Vec<ClassSeed>,
    pub(super) migration_tag: Option<String>,
    pub(super) routes: Vec<String>,
    pub(super) domains: Vec<String>,
    pub(super) crons: Vec<String>,
    /// What its default export handles; without, `fetch`, and `scheduled` where there are crons.
    pub(super) handlers: Option<Vec<String>>,
    pub(super) workers_dev: bool,
    pub(super) preview_urls: bool,
    pub(super) tags: Vec<String>,
    pub(super) logpush: bool,
    pub(super) observability: Option<Map<String, Value>>,
    pub(super) tail_consumers: Vec<String>,
    pub(super) last_deployed_from: Option<String>,
    /// The shares of the newest versions, the oldest first: `[90, 10]` is a running split.
    pub(super) split: Vec<f64>,
}

/// A class of Durable Objects.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ClassSeed {
    /// By its name: its data is in SQLite.
    Name(String),
    /// With more.
    Class(NamespaceSeed),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamespaceSeed {
    pub(super) class: String,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default = "with_sqlite")]
    pub(super) sqlite: bool,
}

fn with_sqlite() -> bool {
    true
}

impl ClassSeed {
    fn namespace(&self, sandbox: &Sandbox, worker: &str) -> Namespace {
        let (class, id, use_sqlite) = match self {
            Self::Name(class) => (class, None, true),
            Self::Class(NamespaceSeed { class, id, sqlite }) => (class, id.clone(), *sqlite),
        };
        Namespace {
            id: id.unwrap_or_else(|| sandbox.source.id()),
            class: class.clone(),
            script: worker.to_owned(),
            use_sqlite,
        }
    }
}

/// Secrets by name, with or without a value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Secrets {
    Names(Vec<String>),
    Values(BTreeMap<String, String>),
}

impl Default for Secrets {
    fn default() -> Self {
        Self::Names(Vec::new())
    }
}

impl Secrets {
    fn bindings(&self) -> Vec<Binding> {
        let pairs: Vec<(&str, &str)> = match self {
            Self::Names(names) => names.iter().map(|name| (&**name, "seeded")).collect(),
            Self::Values(values) => values.iter().map(|(name, text)| (&**name, &**text)).collect(),
        };
        pairs
            .into_iter()
            .map(|(name, text)| binding(name, "secret_text", "text", json!(text)))
            .collect()
    }
}

fn binding(name: &str, kind: &str, field: &str, value: Value) -> Binding {
    let fields = Map::from_iter([(field.to_owned(), value)]);
    Binding { name: name.to_owned(), kind: kind.to_owned(), fields }
}

/// Puts the Workers of a seed into the account.
pub(super) fn fill(
    sandbox: &Sandbox,
    state: &mut State,
    workers: Vec<WorkerSeed>,
    folder: &Path,
) -> Result<(), ApiError> {
    for seed in workers {
        let wrong = |what: String| {
            ApiError::new(400, 10021, format!("the Worker `{}` of the seed: {what}", seed.name))
        };
        let code = match (&seed.code, &seed.main) {
            (Some(code), _) => code.clone().into_bytes(),
            (None, Some(main)) => std::fs::read(folder.join(main))
                .map_err(|error| wrong(format!("cannot read {main}: {error}")))?,
            (None, None) => CODE.into(),
        };
        let size = code.len() as u64;
        let module = Module {
            name: "index.js".into(),
            content_type: "application/javascript+module".into(),
            blob: sandbox.store.put_blob(code.into())?,
            size,
        };
        triggers(sandbox, state, &seed).map_err(wrong)?;
        let classes = seed.durable_objects.iter();
        let namespaces = classes.map(|class| class.namespace(sandbox, &seed.name));
        state.workers.namespaces.extend(namespaces);
        let script = script(sandbox, &seed, module);
        state.workers.scripts.insert(seed.name, script);
    }
    Ok(())
}

fn script(sandbox: &Sandbox, seed: &WorkerSeed, module: Module) -> Script {
    let now = sandbox.source.now();
    let from = seed.last_deployed_from.clone().unwrap_or_else(|| "wrangler".into());
    let consumers = seed.tail_consumers.iter().map(|service| json!({ "service": service }));
    let schedule = |cron: &String| Schedule {
        cron: cron.clone(),
        created_on: now.clone(),
        modified_on: now.clone(),
    };
    let mut script = Script {
        tag: seed.id.clone().unwrap_or_else(|| sandbox.source.id()),
        created_on: now.clone(),
        modified_on: now.clone(),
        tags: seed.tags.clone(),
        logpush: seed.logpush,
        observability: seed.observability.clone().map(Value::from),
        tail_consumers: consumers.collect(),
        subdomain: Subdomain { enabled: seed.workers_dev, previews_enabled: seed.preview_urls },
        schedules: seed.crons.iter().map(schedule).collect(),
        migration_tag: seed.migration_tag.clone(),
        last_deployed_from: from.clone(),
        ..Script::default()
    };
    let split = if seed.split.is_empty() { &[100.0][..] } else { &seed.split };
    let mut versions = Vec::new();
    for percentage in split {
        let version = version(sandbox, seed, module.clone(), &from);
        versions
            .push(Share { version_id: script.add(version).id.clone(), percentage: *percentage });
    }
    script.deployments.push(Deployment {
        id: sandbox.source.uuid(),
        created_on: sandbox.source.now(),
        source: from,
        annotations: BTreeMap::from([("workers/triggered_by".into(), "deployment".into())]),
        versions,
    });
    script
}

fn handlers(seed: &WorkerSeed) -> Vec<String> {
    let usual = || match seed.crons.is_empty() {
        true => vec!["fetch".into()],
        false => vec!["fetch".into(), "scheduled".into()],
    };
    seed.handlers.clone().unwrap_or_else(usual)
}

fn version(sandbox: &Sandbox, seed: &WorkerSeed, module: Module, from: &str) -> Version {
    let vars = seed.vars.iter().map(|(name, value)| match value {
        Value::String(text) => binding(name, "plain_text", "text", json!(text)),
        value => binding(name, "json", "json", value.clone()),
    });
    let bindings = vars.chain(seed.secrets.bindings()).chain(seed.bindings.clone());
    Version {
        id: sandbox.source.uuid(),
        created_on: sandbox.source.now(),
        source: from.to_owned(),
        annotations: BTreeMap::from([("workers/triggered_by".into(), "upload".into())]),
        main_module: Some(module.name.clone()),
        modules: vec![module],
        bindings: bindings.collect(),
        compatibility_date: seed.compatibility_date.clone(),
        compatibility_flags: seed.compatibility_flags.clone(),
        handlers: handlers(seed),
        startup_time_ms: 1,
        migration_tag: seed.migration_tag.clone(),
        ..Version::default()
    }
}

fn triggers(sandbox: &Sandbox, state: &mut State, seed: &WorkerSeed) -> Result<(), String> {
    for pattern in &seed.routes {
        let host = pattern.split('/').next().unwrap_or_default().trim_start_matches("*.");
        let id = zone_of(state, host)?;
        let route = Route {
            id: sandbox.source.id(),
            pattern: pattern.clone(),
            script: Some(seed.name.clone()),
        };
        state.zones.get_mut(&id).into_iter().for_each(|zone| zone.routes.push(route.clone()));
    }
    for hostname in &seed.domains {
        let id = zone_of(state, hostname)?;
        let now = sandbox.source.now();
        let record = DnsRecord::of_worker(sandbox.source.id(), hostname, &seed.name, &now);
        state.zones.get_mut(&id).into_iter().for_each(|zone| zone.dns.push(record.clone()));
        state.workers.domains.push(Domain {
            id: sandbox.source.id(),
            hostname: hostname.clone(),
            service: seed.name.clone(),
            zone_id: id,
            cert_id: sandbox.source.uuid(),
        });
    }
    Ok(())
}

fn zone_of(state: &State, hostname: &str) -> Result<String, String> {
    let zone = state.zones.of_hostname(hostname);
    zone.map(|zone| zone.id.clone()).ok_or_else(|| format!("{hostname} is in no zone of the seed"))
}
