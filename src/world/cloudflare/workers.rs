//! Workers: the list of all, and what takes a request for each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::binding::live_binding;
use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::conceal::conceal;
use crate::core::model::account::{
    Deployment, Seen, Settings, Share, Subdomain, Worker, WorkersDev,
};
use crate::core::secrets;
use crate::world::http::{Method, segment};

/// The account has no workers.dev subdomain yet (observed by Wrangler, cli.js:366846).
const NO_SUBDOMAIN: i64 = 10007;

/// How many items a page of `workers/workers` has at most.
const PER_PAGE: usize = 100;

/// A Worker, as the list has it.
#[derive(Deserialize)]
struct Script {
    id: String,
    #[serde(default)]
    modified_on: Option<Timestamp>,
    #[serde(default)]
    compatibility_date: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    compatibility_flags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    handlers: Vec<String>,
    #[serde(default)]
    named_handlers: Option<Vec<NamedHandler>>,
    #[serde(default)]
    migration_tag: Option<String>,
    #[serde(default)]
    last_deployed_from: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    has_assets: bool,
    #[serde(default, deserialize_with = "or_default")]
    logpush: bool,
    #[serde(default)]
    observability: Option<Value>,
    #[serde(default, deserialize_with = "or_default")]
    tail_consumers: Vec<TailConsumer>,
    #[serde(default, deserialize_with = "or_default")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    routes: Vec<ListedRoute>,
}

/// A route, as the list of Workers names it.
#[derive(Deserialize)]
struct ListedRoute {
    #[serde(default, deserialize_with = "or_default")]
    pattern: String,
}

#[derive(Deserialize)]
struct NamedHandler {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

#[derive(Deserialize)]
struct TailConsumer {
    service: String,
}

/// A Worker, as `workers/workers` has it: by the name of the new API.
#[derive(Deserialize)]
struct Addressed {
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    subdomain: Addresses,
}

#[derive(Default, Deserialize)]
struct Addresses {
    #[serde(default, deserialize_with = "or_default")]
    enabled: bool,
    #[serde(default, deserialize_with = "or_default")]
    previews_enabled: bool,
}

#[derive(Deserialize)]
struct VersionSettings {
    #[serde(default, deserialize_with = "or_default")]
    bindings: Vec<Map<String, Value>>,
    #[serde(default)]
    limits: Option<Value>,
    #[serde(default)]
    placement: Option<Value>,
    #[serde(default)]
    usage_model: Option<String>,
}

#[derive(Deserialize)]
struct Deployments {
    deployments: Vec<Deployed>,
}

/// A deployment, as the API gives it.
#[derive(Deserialize)]
pub(super) struct Deployed {
    id: String,
    #[serde(default)]
    created_on: Option<Timestamp>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    author_email: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    annotations: BTreeMap<String, Option<String>>,
    #[serde(default, deserialize_with = "or_default")]
    versions: Vec<Share>,
}

#[derive(Deserialize)]
struct Schedules {
    schedules: Vec<Schedule>,
}

#[derive(Deserialize)]
struct Schedule {
    cron: String,
}

#[derive(Deserialize)]
struct Named {
    subdomain: Option<String>,
}

impl Cloudflare {
    /// The Workers of an account by name, with what the list says of each.
    pub async fn workers(
        &self,
        account: &str,
    ) -> Result<BTreeMap<String, Worker>, CloudflareError> {
        let call = Call::get(format!("/accounts/{}/workers/scripts", segment(account)));
        let scripts: Vec<Script> = self.whole(call).await?;
        Ok(scripts.into_iter().map(worker).collect())
    }

    /// Which Workers answer on workers.dev.
    pub async fn workers_dev(
        &self,
        account: &str,
    ) -> Result<BTreeMap<String, WorkersDev>, CloudflareError> {
        let call = Call::get(format!("/accounts/{}/workers/workers", segment(account)));
        let workers: Vec<Addressed> = self.pages(call, Some(PER_PAGE)).await?;
        let state = |Addressed { name, subdomain: Addresses { enabled, previews_enabled } }| {
            (name, WorkersDev { enabled, previews_enabled })
        };
        Ok(workers.into_iter().map(state).collect())
    }

    /// What is versioned of a Worker, the names of its secrets among it.
    pub async fn worker_settings(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<Settings, CloudflareError> {
        let found: VersionSettings =
            self.read(Call::get(script(account, worker, "settings"))).await?;
        let mut bindings: Vec<_> = found.bindings.into_iter().map(live_binding).collect();
        bindings.sort_by(|a, b| a.name.cmp(&b.name));
        let VersionSettings { limits, placement, usage_model, .. } = found;
        Ok(Settings { bindings, limits, placement, usage_model })
    }

    /// The deployments of a Worker, the active one first.
    pub async fn worker_deployments(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<Vec<Deployment>, CloudflareError> {
        let found: Deployments =
            self.read(Call::get(script(account, worker, "deployments"))).await?;
        Ok(found.deployments.into_iter().map(deployment).collect())
    }

    /// The cron triggers of a Worker.
    pub async fn worker_crons(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<Vec<String>, CloudflareError> {
        let found: Schedules = self.read(Call::get(script(account, worker, "schedules"))).await?;
        let mut crons: Vec<_> = found.schedules.into_iter().map(|schedule| schedule.cron).collect();
        crons.sort();
        Ok(crons)
    }

    /// Deletes a Worker. One that others use stays: without `force` Cloudflare refuses it.
    ///
    /// # Errors
    /// Where it is not deleted, or nobody knows.
    pub async fn delete_worker(&self, account: &str, worker: &str) -> Result<(), CloudflareError> {
        let (account, worker) = (segment(account), segment(worker));
        let path = format!("/accounts/{account}/workers/scripts/{worker}");
        self.act(Call::new(Method::DELETE, path)).await
    }

    /// The workers.dev subdomain of an account.
    pub async fn workers_subdomain(&self, account: &str) -> Result<Subdomain, CloudflareError> {
        let call = Call::get(format!("/accounts/{}/workers/subdomain", segment(account)));
        match self.read::<Named>(call).await {
            Ok(Named { subdomain }) => {
                Ok(Subdomain { name: subdomain.filter(|name| !name.is_empty()) })
            }
            Err(error) if error.has_code(NO_SUBDOMAIN) => Ok(Subdomain { name: None }),
            Err(error) => Err(error),
        }
    }
}

/// The path of one thing of one Worker.
pub(super) fn script(account: &str, worker: &str, what: &str) -> String {
    let (account, worker) = (segment(account), segment(worker));
    format!("/accounts/{account}/workers/scripts/{worker}/{what}")
}

fn worker(script: Script) -> (String, Worker) {
    let entrypoints = script.named_handlers.map(|named| {
        let mut names: Vec<_> = named.into_iter().map(|handler| handler.name).collect();
        names.sort();
        names
    });
    let mut tail_consumers: Vec<_> =
        script.tail_consumers.into_iter().map(|consumer| consumer.service).collect();
    tail_consumers.sort();
    let mut routes: Vec<_> = script.routes.into_iter().map(|route| route.pattern).collect();
    routes.sort();
    let worker = Worker {
        modified_on: script.modified_on,
        compatibility_date: script.compatibility_date,
        compatibility_flags: script.compatibility_flags,
        handlers: script.handlers,
        entrypoints,
        migration_tag: script.migration_tag,
        last_deployed_from: script.last_deployed_from,
        has_assets: script.has_assets,
        logpush: script.logpush,
        observability: script.observability,
        tail_consumers,
        tags: script.tags,
        routes,
        workers_dev: Seen::NotAsked,
        settings: Seen::NotAsked,
        deployments: Seen::NotAsked,
        versions: Seen::NotAsked,
        crons: Seen::NotAsked,
    };
    (script.id, worker)
}

pub(super) fn deployment(mut found: Deployed) -> Deployment {
    Deployment {
        id: found.id,
        created_on: found.created_on,
        source: found.source,
        triggered_by: found.annotations.remove("workers/triggered_by").flatten(),
        message: found.annotations.remove("workers/message").flatten().map(concealed),
        author: found.author_email,
        versions: found.versions,
    }
}

/// What a person wrote, without what looks like a secret in it.
pub(super) fn concealed(mut text: String) -> String {
    let secret: Vec<_> = secrets::find(&text).map(|secret| secret.range.into()).collect();
    conceal(&mut text, &secret);
    text
}
