//! Whether one can go back, after the deployment, to the version that is live now.
//!
//! Three things stand in the way, and each is known before: a secret that the deployment replaces
//! (code 10220), a change in the life of Durable Object classes, and a resource that the version is
//! bound to and that is gone. Migrations of D1 stay applied whatever the code does.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::bindings::described;
use super::change::{Aspect, Change, Sign};
use crate::core::model::account::{Account, LiveBinding, Settings};

/// Whether one can go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// There is no version to go back to.
    Nothing,
    /// Nothing is in the way.
    Possible,
    /// Something is in the way.
    Blocked(Vec<Blocker>),
    /// Nobody can tell.
    Unknown,
}

/// What stands in the way of going back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// What kind it is.
    pub kind: Obstacle,
    /// The names of what is concerned: secrets, classes, bindings with their resource.
    pub names: Vec<String>,
}

/// The kinds of what stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// Secrets are others than those of the version (code 10220, which `force` passes).
    Secrets,
    /// Classes of Durable Objects come, go, or change their name.
    DurableObjects,
    /// What the version is bound to is gone.
    Resources,
    /// It is not among the 100 newest, which alone can be deployed:
    /// <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/>.
    Age,
    /// It is a preview of a Pages project, was not finished, or is gone:
    /// <https://developers.cloudflare.com/pages/configuration/rollbacks/>.
    Pages,
}

impl Obstacle {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Secrets, Self::DurableObjects, Self::Resources, Self::Age, Self::Pages];

    /// Whether one can pass it on purpose.
    pub fn can_be_passed(self) -> bool {
        self == Self::Secrets
    }

    /// Why it stands in the way, in words.
    pub fn why(self) -> &'static str {
        match self {
            Self::Secrets => "secrets are replaced (code 10220)",
            Self::DurableObjects => "classes of Durable Objects change",
            Self::Resources => "the version is bound to what is gone",
            Self::Age => "the version is not among the 100 newest, which alone can be deployed",
            Self::Pages => "of a Pages project only finished production deployments serve again",
        }
    }

    /// The word of the JSON form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::DurableObjects => "durable_objects",
            Self::Resources => "resources",
            Self::Age => "age",
            Self::Pages => "pages",
        }
    }
}

/// What stands in the way of going back to the live version after these changes.
pub(super) fn rollback(
    account: &Account,
    settings: Option<&Settings>,
    changes: &[Change],
) -> Rollback {
    let names = |test: &dyn Fn(&Change) -> bool| -> Vec<String> {
        changes.iter().filter(|change| test(change)).map(|change| change.name.clone()).collect()
    };
    let secrets = names(&|c| c.aspect == Aspect::Secrets && c.sign == Sign::Change);
    let classes = names(&|c| c.aspect == Aspect::DurableObjects && c.is_effective());
    let bound = settings.map(|settings| settings.bindings.as_slice()).unwrap_or_default();
    let gone = gone(account, bound);
    let blockers: Vec<Blocker> = [
        (Obstacle::Secrets, secrets),
        (Obstacle::DurableObjects, classes),
        (Obstacle::Resources, gone),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(kind, names)| Blocker { kind, names })
    .collect();
    match (blockers.is_empty(), settings) {
        (false, _) => Rollback::Blocked(blockers),
        (true, Some(_)) => Rollback::Possible,
        (true, None) => Rollback::Unknown,
    }
}

/// What bindings lead to and is surely not there, as people know it.
pub fn gone(account: &Account, bindings: &[LiveBinding]) -> Vec<String> {
    let gone = bindings.iter().filter(|binding| is_gone(account, binding)).map(|binding| {
        let target: BTreeMap<&str, Json> =
            binding.target.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        format!("{} ({})", binding.name, described(account, &binding.kind, &target))
    });
    gone.collect()
}

/// Whether what a live binding leads to is surely not there.
fn is_gone(account: &Account, binding: &LiveBinding) -> bool {
    let bound = |key: &str| binding.bound(key).unwrap_or_default();
    let known = match binding.kind.as_str() {
        "kv_namespace" => {
            let all = account.kv_namespaces.known();
            all.map(|all| all.iter().any(|n| n.id == bound("namespace_id")))
        }
        "d1" => {
            let id = binding.bound("id").or_else(|| binding.bound("database_id"));
            let all = account.d1_databases.known();
            id.zip(all).map(|(id, all)| all.iter().any(|database| database.id == id))
        }
        "r2_bucket" => {
            let jurisdiction = binding.bound("jurisdiction").unwrap_or("default");
            let buckets = account.r2.known().and_then(|r2| r2.buckets.get(jurisdiction)?.known());
            buckets.map(|all| all.iter().any(|bucket| bucket == bound("bucket_name")))
        }
        "queue" => {
            let all = account.queues.known();
            all.map(|all| all.iter().any(|queue| queue.name == bound("queue_name")))
        }
        _ => None,
    };
    known == Some(false)
}
