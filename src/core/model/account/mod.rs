//! A picture of a Cloudflare account: what a run needs to know of it, gathered once and by reading
//! only. Live rules, plan, drift and gaps are functions of it, so they work on a saved one too.
//!
//! The types are also the form in which a picture is saved (`clodo.account/1`): no value of a
//! secret is in it, and two pictures of the same account differ in nothing but the time.

mod part;
mod resources;
mod schema;
mod seen;
mod token;
mod versions;
mod workers;
mod zones;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use part::Part;
pub use resources::{
    Consumer, D1Database, DEFAULT_JURISDICTION, DispatchNamespace, DurableObjectNamespace,
    Hyperdrive, KvNamespace, MtlsCertificate, PagesBuild, PagesProject, PagesRuntime, Pipeline,
    Queue, R2, SecretsStore, VectorizeIndex, Workflow,
};
pub use schema::json_schema;
pub use seen::{Seen, Unseen, Why};
pub use token::{Token, TokenKind, TokenStatus, day};
pub use versions::Version;
pub use workers::{
    Deployment, LiveBinding, Settings, Share, Worker, WorkersDev, observability_off,
};
pub use zones::{CustomDomain, DnsRecord, Zone, ZoneRoute};

/// The version of the form in which a picture is saved.
pub const SCHEMA: &str = "clodo.account/1";

/// What was seen in one gathering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// [`SCHEMA`].
    pub schema: String,
    /// When the gathering began.
    pub taken_at: Timestamp,
    /// The account of services that name none: that of `CLOUDFLARE_ACCOUNT_ID`, or the only one
    /// that the token sees. Not needed where there is one account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_account: Option<String>,
    /// The accounts that services deploy to, by id.
    pub accounts: Vec<Account>,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// Its name, or why the token may not see the account itself.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub name: Seen<String>,
    /// The token that looked.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub token: Seen<Token>,
    /// The part of workers.dev addresses that is the account's.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub subdomain: Seen<Subdomain>,
    /// Its Workers by name: all of them.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub workers: Seen<BTreeMap<String, Worker>>,
    /// Custom domains of all Workers.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub custom_domains: Seen<Vec<CustomDomain>>,
    /// The zones that addresses of services lie in. Those of other accounts too, where the token
    /// sees them.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub zones: Seen<Vec<Zone>>,
    /// KV namespaces.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub kv_namespaces: Seen<Vec<KvNamespace>>,
    /// D1 databases.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub d1_databases: Seen<Vec<D1Database>>,
    /// R2.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub r2: Seen<R2>,
    /// Queues.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub queues: Seen<Vec<Queue>>,
    /// Hyperdrive configurations.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub hyperdrive: Seen<Vec<Hyperdrive>>,
    /// Vectorize indexes.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub vectorize: Seen<Vec<VectorizeIndex>>,
    /// Workflows.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub workflows: Seen<Vec<Workflow>>,
    /// Secrets stores.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub secrets_stores: Seen<Vec<SecretsStore>>,
    /// Namespaces of Workers for Platforms.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub dispatch_namespaces: Seen<Vec<DispatchNamespace>>,
    /// Namespaces of Durable Objects.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub durable_objects: Seen<Vec<DurableObjectNamespace>>,
    /// Client certificates.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub mtls_certificates: Seen<Vec<MtlsCertificate>>,
    /// Pipelines.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub pipelines: Seen<Vec<Pipeline>>,
    /// Pages projects.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub pages_projects: Seen<Vec<PagesProject>>,
}

/// The workers.dev subdomain of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subdomain {
    /// `acme` of `shop.acme.workers.dev`; none where the account has not chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Why a saved picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is none.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// Another version of clodo made it.
    #[error("its schema is {0:?}, and this clodo reads {SCHEMA:?}")]
    Schema(String),
}

/// Reads a saved picture.
///
/// # Errors
/// Where the text is no picture, or one of another version.
pub fn read(text: &str) -> Result<Snapshot, SnapshotError> {
    /// The one field that every version has.
    #[derive(Deserialize)]
    struct Versioned {
        schema: String,
    }
    let Versioned { schema } = serde_json::from_str(text)?;
    match schema == SCHEMA {
        true => Ok(serde_json::from_str(text)?),
        false => Err(SnapshotError::Schema(schema)),
    }
}

impl Snapshot {
    /// The account of an environment whose configuration names this `account_id`: that one, else
    /// the default, else the only one. `None` where that account was not looked at.
    pub fn account(&self, named: Option<&str>) -> Option<&Account> {
        let named = named.filter(|id| !id.is_empty());
        match named.or(self.default_account.as_deref()) {
            Some(id) => self.accounts.iter().find(|account| account.id == id),
            None => match self.accounts.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }
}

impl Account {
    /// Every part that somebody looked at and could not see. A part of several items (the
    /// deployments of Workers, the routes of zones) stands here once for each reason.
    pub fn unseen(&self) -> Vec<(Part, &Unseen)> {
        let whole = [
            (Part::Account, self.name.unseen()),
            (Part::Token, self.token.unseen()),
            (Part::Subdomain, self.subdomain.unseen()),
            (Part::Workers, self.workers.unseen()),
            (Part::CustomDomains, self.custom_domains.unseen()),
            (Part::Zones, self.zones.unseen()),
            (Part::KvNamespaces, self.kv_namespaces.unseen()),
            (Part::D1Databases, self.d1_databases.unseen()),
            (Part::R2Buckets, self.r2.unseen()),
            (Part::Queues, self.queues.unseen()),
            (Part::Hyperdrive, self.hyperdrive.unseen()),
            (Part::Vectorize, self.vectorize.unseen()),
            (Part::Workflows, self.workflows.unseen()),
            (Part::SecretsStores, self.secrets_stores.unseen()),
            (Part::DispatchNamespaces, self.dispatch_namespaces.unseen()),
            (Part::DurableObjects, self.durable_objects.unseen()),
            (Part::MtlsCertificates, self.mtls_certificates.unseen()),
            (Part::Pipelines, self.pipelines.unseen()),
            (Part::PagesProjects, self.pages_projects.unseen()),
        ];
        let workers = self.workers.known().into_iter().flat_map(BTreeMap::values);
        let of_workers = workers.flat_map(|worker| {
            [
                (Part::WorkersDev, worker.workers_dev.unseen()),
                (Part::Settings, worker.settings.unseen()),
                (Part::Deployments, worker.deployments.unseen()),
                (Part::Versions, worker.versions.unseen()),
                (Part::Crons, worker.crons.unseen()),
            ]
        });
        let zones = self.zones.known().into_iter().flatten();
        let of_zones = zones.flat_map(|zone| {
            [(Part::Routes, zone.routes.unseen()), (Part::Dns, zone.dns.unseen())]
        });
        let databases = self.d1_databases.known().into_iter().flatten();
        let migrations = databases.flat_map(|database| database.migrations.values());
        let of_databases = migrations.map(|names| (Part::D1Migrations, names.unseen()));
        let buckets = self.r2.known().into_iter().flat_map(|r2| r2.buckets.values());
        let of_r2 = buckets.map(|names| (Part::R2Buckets, names.unseen()));
        let stores = self.secrets_stores.known().into_iter().flatten();
        let of_stores = stores.map(|store| (Part::SecretsStores, store.secrets.unseen()));
        let items = of_workers.chain(of_zones).chain(of_databases).chain(of_r2).chain(of_stores);
        let mut unseen: Vec<(Part, &Unseen)> = Vec::new();
        for (part, why) in whole.into_iter().chain(items) {
            let is_new = |why: &&Unseen| {
                !unseen.iter().any(|(known, other)| *known == part && other.is_like(why))
            };
            if let Some(why) = why.filter(is_new) {
                unseen.push((part, why));
            }
        }
        unseen
    }

    /// Whether anything that belongs to the account alone could be seen. The token and zones, which
    /// may be another account's, do not count.
    pub fn is_visible(&self) -> bool {
        self.name.is_known()
            || self.subdomain.is_known()
            || self.workers.is_known()
            || self.custom_domains.is_known()
            || self.kv_namespaces.is_known()
            || self.d1_databases.is_known()
            || self.r2.is_known()
            || self.queues.is_known()
            || self.hyperdrive.is_known()
            || self.vectorize.is_known()
            || self.workflows.is_known()
            || self.secrets_stores.is_known()
            || self.dispatch_namespaces.is_known()
            || self.durable_objects.is_known()
            || self.mtls_certificates.is_known()
            || self.pipelines.is_known()
            || self.pages_projects.is_known()
    }
}
