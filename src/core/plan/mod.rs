//! What a deployment would change: desired − live.
//!
//! [`plan`] compares what the configurations of an environment come to ([`wanted`]) with a picture of
//! the account, Worker by Worker, in the words of Wrangler. What it cannot see it says. Nothing here
//! guesses: code is compared by nothing but what a build gives, and the account tells no digest of
//! what is live.
//!
//! [`drift`] is the same comparison read the other way round.

mod addresses;
mod bindings;
mod bound;
mod bundle;
mod cautions;
mod change;
mod code;
mod drift;
mod order;
mod pages;
mod record;
mod rollback;
mod settings;
mod storage;
mod subject;
mod target;
mod triggers;
mod wanted;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

pub use bound::Bound;
pub use bundle::{bundle_digest, bundle_stack};
pub use change::{Aspect, Blind, Change, Sign, Unasked};
pub(in crate::core) use code::bytes;
pub use drift::{Drift, Moved, ServiceDrift, drift};
pub use record::{Last, Records};
pub use rollback::{Blocker, Obstacle, Rollback, gone};

use self::change::Changes;
pub use self::order::Order;
use self::order::order;
use self::settings::Versioned;
pub use self::subject::is_rest;
use self::target::{Standing, Target};
use crate::core::canonical::digest_of;
use crate::core::config::wrangler::{Environment, Fleet};
use crate::core::model::account::{Account, Deployment, Share, Snapshot, Worker};
use crate::core::model::deployment::Code;
use crate::core::model::{Kind, Workspace};

/// The version of the JSON form, and of what the hash stands for.
pub const SCHEMA: &str = "clodo.plan/1";

/// What became of the builds of the services, by the path of their configuration.
pub type Builds = BTreeMap<String, Build>;

/// What became of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Build {
    /// It gave something to upload.
    Built(Built),
    /// It failed, in Wrangler's own words.
    Failed(String),
    /// It was left to the deployment: its sources are others than those of what serves.
    Left,
}

impl Build {
    /// What it gave, where it gave something.
    pub fn built(&self) -> Option<&Built> {
        match self {
            Self::Built(built) => Some(built),
            Self::Failed(_) | Self::Left => None,
        }
    }
}

/// What a build gave. Nothing of it depends on the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// The code; `None` where the service has none.
    pub bundle: Option<Bundle>,
    /// The assets; `None` where the service has none.
    pub assets: Option<Assets>,
    /// The version of the Wrangler that built, and would deploy.
    pub wrangler: Option<String>,
}

impl Built {
    /// What stands for all that is uploaded, code and assets, as 64 hexadecimal digits; `None` where
    /// there is neither.
    pub fn digest(&self) -> Option<String> {
        match (&self.bundle, &self.assets) {
            (Some(bundle), None) => Some(bundle.digest.clone()),
            (None, Some(assets)) => Some(assets.digest.clone()),
            (Some(bundle), Some(assets)) => Some(digest_of(&json!([bundle.digest, assets.digest]))),
            (None, None) => None,
        }
    }
}

/// The code that would be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// SHA-256 of all modules, as 64 hexadecimal digits.
    pub digest: String,
    /// The size of what is uploaded, in bytes, where Wrangler tells.
    pub raw_bytes: Option<u64>,
    /// The same compressed.
    pub gzip_bytes: Option<u64>,
}

/// The static assets that would be uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// SHA-256 of their paths and contents, as 64 hexadecimal digits.
    pub digest: String,
    /// How many there are.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// SHA-256 of each by its path, as 64 hexadecimal digits.
    pub paths: BTreeMap<String, String>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The environment; `None` is the top level.
    pub environment: Option<String>,
    /// The accounts that are deployed to, by name where that is known.
    pub accounts: Vec<String>,
    /// When the picture of the account was taken.
    pub taken_at: Timestamp,
    /// What the plan stands for, as 64 hexadecimal digits.
    pub hash: String,
    /// What that is: the hash is of its canonical JSON.
    pub subject: Value,
    /// The services, in the order of their configurations' paths.
    pub services: Vec<ServicePlan>,
    /// The services that change, wave by wave.
    pub waves: Vec<Vec<String>>,
    /// Services that need each other. Where one of them does not exist yet, it must first be
    /// deployed without what it needs.
    pub circles: Vec<Vec<String>>,
    /// Services that do not have this environment.
    pub without: Vec<String>,
}

/// A service's part of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePlan {
    /// The service.
    pub service: String,
    /// Its configuration.
    pub config: String,
    /// The Worker or Pages project.
    pub worker: String,
    /// What is live now: versions and their share of the requests.
    pub base: Vec<Share>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// What changes.
    pub changes: Vec<Change>,
    /// What could not be told.
    pub blind: Vec<Blind>,
    /// What its deployment does not do, although people may think so.
    pub cautions: Vec<String>,
    /// Whether one can go back.
    pub rollback: Rollback,
    /// The version of Wrangler that built it, and would deploy it.
    pub wrangler: Option<String>,
    /// Why it cannot be built, in Wrangler's own words.
    pub failure: Option<String>,
}

/// The digits of a hash by which people know a plan.
pub const SHORT_HASH: usize = 12;

impl Plan {
    /// The hash as people know it.
    pub fn short_hash(&self) -> &str {
        &self.hash[..SHORT_HASH.min(self.hash.len())]
    }

    /// What the hash stands for, field by field: `api.bundle`, `policy`. Services go by their names.
    pub fn fields(&self) -> BTreeMap<String, Value> {
        subject::fields(&self.subject)
    }

    /// Whether it is certain that nothing changes.
    pub fn is_empty(&self) -> bool {
        self.services.iter().all(|service| !service.changes() && service.unknown().next().is_none())
    }

    /// The services that cannot be built, with Wrangler's words.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str)> {
        let failed = |service: &'_ ServicePlan| service.failure.is_some();
        let services = self.services.iter().filter(move |service| failed(service));
        services.map(|s| (s.service.as_str(), s.failure.as_deref().unwrap_or_default()))
    }
}

impl ServicePlan {
    /// Whether anything changes, or may.
    pub fn changes(&self) -> bool {
        self.failure.is_some() || self.changes.iter().any(Change::is_effective)
    }

    /// What could not be told of what the deployment touches.
    pub fn unknown(&self) -> impl Iterator<Item = &Blind> {
        self.blind.iter().filter(|blind| blind.touched)
    }

    /// What nobody asked for.
    pub fn unasked(&self) -> impl Iterator<Item = (Unasked, &Change)> {
        self.changes.iter().filter_map(|change| Some((change.unasked?, change)))
    }
}

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// What was read of the work tree.
    pub workspace: &'a Workspace,
    /// What was seen of the account.
    pub snapshot: &'a Snapshot,
    /// What was built; without it, code and assets are left out.
    pub builds: Option<&'a Builds>,
    /// What is on record; without it, nobody can tell what the live code is.
    pub records: Option<&'a Records>,
    /// What the plan is bound to, where people approve it.
    pub bound: Option<&'a Bound>,
}

impl Basis<'_> {
    /// Whether the record tells what serves of a service: one version, which clodo deployed last, and
    /// which stayed.
    pub fn knows(&self, service: &ServicePlan) -> bool {
        let last = self.records.and_then(|records| records.last(&service.worker));
        let serves = |last: &Last| service.base.iter().any(|one| one.version_id == last.version);
        recorded(self.records, &service.base).is_some() && last.is_some_and(serves)
    }

    /// Whether a service has other sources now than what serves was built of.
    pub fn has_other_sources(&self, service: &ServicePlan, sources: &str) -> bool {
        let recorded = recorded(self.records, &service.base);
        recorded.and_then(|code| code.sources.as_deref()).is_some_and(|before| before != sources)
    }

    /// Whether a deployment would change nothing of a service: what was built is what serves, and
    /// so is everything else.
    pub fn is_unchanged(&self, service: &ServicePlan) -> bool {
        let build = self.builds.and_then(|builds| builds.get(&service.config));
        build.and_then(Build::built).is_some()
            && self.knows(service)
            && !service.changes()
            && service.unknown().next().is_none()
    }
}

/// What was uploaded as the version that serves, where one gets all requests.
fn recorded<'a>(records: Option<&'a Records>, base: &[Share]) -> Option<&'a Code> {
    match base {
        [only] if only.percentage >= 100.0 => records?.code(&only.version_id),
        _ => None,
    }
}

/// What the deployment of an environment would change. `""` is the top level.
pub fn plan(basis: &Basis<'_>, environment: &str) -> Plan {
    let fleet = Fleet::of(basis.workspace);
    let name = Some(environment).filter(|name| !name.is_empty());
    let (targets, without) = targets(basis, &fleet, name);
    let mut subjects = Vec::new();
    let mut services = Vec::new();
    for target in &targets {
        let config = &basis.workspace.file(target.environment.service.config.file).path;
        let build = basis.builds.and_then(|builds| builds.get(config));
        let (service, pending) = compare(target, config, build, basis.records);
        let built = build.and_then(Build::built);
        let failure = match build {
            Some(Build::Failed(words)) => Some(words.clone()),
            _ => None,
        };
        let wrangler = built.and_then(|built| built.wrangler.clone());
        let service = ServicePlan { failure, wrangler, ..service };
        subjects.push(subject::of_service(&service, &target.environment, built, &pending));
        services.push(service);
    }
    let named = |nodes: &[usize]| -> Vec<String> {
        nodes.iter().filter_map(|node| Some(targets.get(*node)?.service().to_owned())).collect()
    };
    let order = order(&targets);
    let changed = |wave: &Vec<usize>| -> Vec<usize> {
        wave.iter().copied().filter(|node| services[*node].changes()).collect()
    };
    let waves = order.waves.iter().map(changed).filter(|wave| !wave.is_empty());
    let mut accounts: Vec<&Account> = targets.iter().filter_map(|target| target.account).collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    accounts.dedup_by(|a, b| a.id == b.id);
    let ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    let subject = subject::subject(name, &ids, subjects, basis.bound);
    Plan {
        environment: name.map(str::to_owned),
        accounts: accounts
            .iter()
            .map(|account| account.name.known().unwrap_or(&account.id).clone())
            .collect(),
        taken_at: basis.snapshot.taken_at,
        hash: digest_of(&subject),
        subject,
        waves: waves.map(|wave| named(&wave)).collect(),
        circles: order.circles.iter().map(|circle| named(circle)).collect(),
        services,
        without,
    }
}

/// The order of all services of an environment, whether they change or not; by their index in its
/// plan. `None` is the top level.
pub fn order_of(basis: &Basis<'_>, environment: Option<&str>) -> Order {
    let fleet = Fleet::of(basis.workspace);
    order(&targets(basis, &fleet, environment).0)
}

/// The Workers of an environment, and the services that have none of this name.
fn targets<'a>(
    basis: &Basis<'a>,
    fleet: &'a Fleet<'a>,
    name: Option<&str>,
) -> (Vec<Target<'a>>, Vec<String>) {
    let mut targets = Vec::new();
    let mut without = Vec::new();
    for service in &basis.workspace.services {
        let environment = Environment::all(service).find(|environment| environment.name == name);
        let target = environment.and_then(|environment| {
            Target::new(basis.workspace, fleet, basis.snapshot, environment)
        });
        match target {
            Some(target) => targets.push(target),
            None => without.push(service.name.to_string()),
        }
    }
    (targets, without)
}

fn compare(
    target: &Target<'_>,
    config: &str,
    build: Option<&Build>,
    records: Option<&Records>,
) -> (ServicePlan, Vec<storage::Pending>) {
    let mut out = Changes::default();
    let mut service = ServicePlan {
        service: target.service().to_owned(),
        config: config.to_owned(),
        worker: target.worker.clone(),
        base: Vec::new(),
        since: None,
        changes: Vec::new(),
        blind: Vec::new(),
        cautions: Vec::new(),
        rollback: Rollback::Unknown,
        wrangler: None,
        failure: None,
    };
    let mut pending = Vec::new();
    match target.standing() {
        _ if target.environment.service.kind == Kind::Pages => {
            pages::compare(target, &mut out);
        }
        Standing::Unknown => match target.account {
            Some(account) => {
                out.see(Aspect::Worker, &account.workers, true);
            }
            None => out.blind(Aspect::Worker, "nobody looked at its account", true),
        },
        Standing::New(account) => {
            out.push(Change::add(Aspect::Worker, target.worker.as_str(), "a new Worker"));
            code::compare(build, None, None, &mut out);
            bindings::of_new(target, account, &mut out);
            addresses::compare(target, account, None, &mut out);
            triggers::compare(target, account, None, &mut out);
            storage::compare_durable_objects(target, account, None, &mut out);
            pending = storage::compare_d1(target, account, &mut out);
            service.rollback = Rollback::Nothing;
        }
        Standing::Live(account, live) => {
            let active = out.see(Aspect::Traffic, &live.deployments, true);
            let active = active.and_then(|deployments| deployments.first());
            service.base = active.map(Deployment::serving).unwrap_or_default();
            service.since = active.and_then(|active| active.created_on);
            settings::compare_traffic(&service.base, &mut out);
            let recorded = recorded(records, &service.base);
            if let Some(why) = records.and_then(Records::why_unread) {
                let why = format!("what is recorded cannot be read: {why}");
                out.blind(Aspect::Code, why, build.and_then(Build::built).is_some());
            }
            code::compare(build, Some(&service.base), recorded, &mut out);
            pending = compare_live(target, account, live, &mut out);
            let settings = live.settings.known();
            service.rollback = rollback::rollback(account, settings, &out.list);
        }
    }
    out.list.sort_by_key(|change| change.aspect);
    out.blind.sort();
    service.changes = out.list;
    service.blind = out.blind;
    if service.changes() || service.unknown().next().is_some() {
        service.cautions = cautions::cautions(&target.environment);
    }
    (service, pending)
}

/// Everything but code and traffic of a Worker that runs.
fn compare_live(
    target: &Target<'_>,
    account: &Account,
    live: &Worker,
    out: &mut Changes,
) -> Vec<storage::Pending> {
    let settings = out.see(Aspect::Bindings, &live.settings, true);
    let elsewhere = live.last_deployed_from.as_deref().is_some_and(|from| from != "wrangler");
    if let Some(settings) = settings {
        bindings::compare(target, account, &settings.bindings, elsewhere, out);
    }
    settings::compare_versioned(target, &Versioned::of_worker(live, settings), out);
    settings::compare_unversioned(target, live, out);
    addresses::compare(target, account, Some(live), out);
    triggers::compare(target, account, Some(live), out);
    storage::compare_durable_objects(target, account, Some(live), out);
    storage::compare_d1(target, account, out)
}
