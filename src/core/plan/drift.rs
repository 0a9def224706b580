//! Live − desired: what runs otherwise than the configuration says, in the words of a plan.
//!
//! The same comparison as that of a plan, read the other way round. Whether somebody changed the
//! account, or the configuration is ahead of the last deployment, the account alone cannot tell: what
//! it says about who deployed last, and from where, stands beside it.

use jiff::Timestamp;

use super::change::{Aspect, Blind, Change, Sign};
use super::record::Last;
use super::settings::short;
use super::{Basis, plan};
use crate::core::model::account::{Deployment, Share, Worker};

/// How the account differs from the configuration of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The environment; `None` is the top level.
    pub environment: Option<String>,
    /// The accounts that were looked at.
    pub accounts: Vec<String>,
    /// When the picture of the account was taken.
    pub taken_at: Timestamp,
    /// The services, in the order of their configurations' paths.
    pub services: Vec<ServiceDrift>,
    /// Services that do not have this environment.
    pub without: Vec<String>,
}

/// How one Worker differs from its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDrift {
    /// The service.
    pub service: String,
    /// Its configuration.
    pub config: String,
    /// The Worker.
    pub worker: String,
    /// What differs: `+` is in the account and not in the configuration.
    pub changes: Vec<Change>,
    /// What could not be told.
    pub blind: Vec<Blind>,
    /// What is known of who deployed last, in words.
    pub origin: Vec<String>,
    /// The version that serves, where it is another than the one on record.
    pub moved: Option<Moved>,
}

/// Two versions of a Worker, by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The one that was deployed last, as the record has it.
    pub recorded: String,
    /// The one that serves all requests.
    pub live: String,
}

impl ServiceDrift {
    /// Adds what two versions differ in that no configuration tells: code, and secrets by name.
    pub fn add(&mut self, changes: Vec<Change>) {
        let is_new = |change: &Change| {
            matches!(change.aspect, Aspect::Code | Aspect::Secrets)
                && !self
                    .changes
                    .iter()
                    .any(|one| one.aspect == change.aspect && one.name == change.name)
        };
        let new: Vec<Change> = changes.into_iter().filter(is_new).collect();
        self.changes.extend(new);
    }
}

impl Drift {
    /// Whether it is certain that nothing differs.
    pub fn is_empty(&self) -> bool {
        let same = |service: &ServiceDrift| service.changes.is_empty() && service.blind.is_empty();
        self.services.iter().all(same)
    }
}

/// What runs otherwise than the configurations of an environment say. `""` is the top level.
pub fn drift(basis: &Basis<'_>, environment: &str) -> Drift {
    let plan = plan(&Basis { builds: None, ..*basis }, environment);
    let services = plan.services.into_iter().map(|service| {
        let last = basis.records.and_then(|records| records.last(&service.worker));
        let otherwise = last.filter(|last| serves_otherwise(last, &service.base));
        let mut changes = differences(service.changes);
        changes.extend(otherwise.map(|last| another_version(last, &service.base)));
        ServiceDrift {
            origin: worker_of(basis, &service.worker).map(origin).unwrap_or_default(),
            changes,
            moved: otherwise.and_then(|last| moved(last, &service.base)),
            blind: service.blind,
            service: service.service,
            config: service.config,
            worker: service.worker,
        }
    });
    Drift {
        environment: plan.environment,
        accounts: plan.accounts,
        taken_at: plan.taken_at,
        services: services.collect(),
        without: plan.without,
    }
}

fn worker_of<'a>(basis: &Basis<'a>, name: &str) -> Option<&'a Worker> {
    basis.snapshot.accounts.iter().find_map(|account| account.workers.known()?.get(name))
}

/// Whether something else serves than what the record says was deployed last.
fn serves_otherwise(last: &Last, base: &[Share]) -> bool {
    let recorded = |share: &Share| share.version_id == last.version && share.percentage >= 100.0;
    !base.is_empty() && !matches!(base, [only] if recorded(only))
}

fn another_version(last: &Last, base: &[Share]) -> Change {
    let live: Vec<&str> = base.iter().map(|share| short(&share.version_id)).collect();
    let change = Change::replace(
        Aspect::Traffic,
        "version",
        format!("{}, deployed by {}", short(&last.version), last.deployment),
        live.join(" and "),
    );
    change.note("not deployed by clodo")
}

/// The two versions, where one alone serves.
fn moved(last: &Last, base: &[Share]) -> Option<Moved> {
    let [Share { version_id, .. }] = base else { return None };
    Some(Moved { recorded: last.version.clone(), live: version_id.clone() })
}

/// What the account says about the last deployment. Nothing where it is what a pipeline leaves.
fn origin(worker: &Worker) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(from) = worker.last_deployed_from.as_deref().filter(|from| *from != "wrangler") {
        said.push(format!("last deployed from {}", place(from)));
    }
    let active = worker.deployments.known().and_then(|all| all.first());
    said.extend(active.and_then(set_off));
    said
}

fn set_off(active: &Deployment) -> Option<String> {
    match active.triggered_by.as_deref()? {
        "secret" => Some("the live version was made by a change of a secret".to_owned()),
        "rollback" => Some("the live version was brought back by a rollback".to_owned()),
        _ => None,
    }
}

/// Where a deployment came from, in words.
fn place(from: &str) -> String {
    match from {
        "dash" => "the dashboard".to_owned(),
        "api" => "a program, through the API".to_owned(),
        other => other.to_owned(),
    }
}

/// The changes of a plan from the account's side.
fn differences(changes: Vec<Change>) -> Vec<Change> {
    // A Worker that is not there differs in nothing else.
    match changes.iter().find(|change| change.aspect == Aspect::Worker && change.sign == Sign::Add)
    {
        Some(new) => vec![Change::remove(Aspect::Worker, new.name.as_str(), "does not exist")],
        None => changes.into_iter().filter_map(reversed).collect(),
    }
}

/// A change of a plan, from the account's side. What the account has no part in is left out: what
/// is still to be done for the first time, and what stays as it is.
fn reversed(change: Change) -> Option<Change> {
    // A migration that has not run is work to do, and a secret that is not set never was.
    let ahead = matches!(change.aspect, Aspect::D1 | Aspect::Code | Aspect::Assets);
    let left_behind = change.sign == Sign::Keep && change.unasked.is_some();
    let sign = match change.sign {
        _ if ahead => return None,
        Sign::Add => Sign::Remove,
        Sign::Remove => Sign::Add,
        Sign::Keep if left_behind => Sign::Add,
        Sign::Keep | Sign::Unknown => return None,
        Sign::Change => Sign::Change,
        Sign::Refused => Sign::Refused,
    };
    // Words about what the deployment would do say nothing about what is.
    let note = (sign == Sign::Refused).then_some(change.note).flatten();
    let (from, to) = match change.aspect {
        // A split is what runs; no configuration speaks of it.
        Aspect::Traffic => (None, change.from),
        _ => (change.to, change.from),
    };
    Some(Change { sign, from, to, note, unasked: None, destructive: false, ..change })
}
