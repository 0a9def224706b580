//! What the record says before a rollback. It is read once more under the lock: where it says the
//! same then, so does what was found by it.

use super::RollbackError;
use super::ground::Ground;
use crate::core::deployment::Marker;
use crate::core::model::account;
use crate::core::model::deployment::{DeployedService, Deployment, Hold, Kind, State};
use crate::core::rollback::{Taken, serving};
use crate::world::store::{DeploymentFilter, Store};

/// How many deployments are looked through for the one that serves.
const LOOKED_AT: u64 = 50;

/// What is recorded of the environment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its deployments and rollbacks, the newest first.
    pub(super) deployments: Vec<Deployment>,
    /// What is held.
    pub(super) holds: Vec<Hold>,
}

impl Known {
    pub(super) async fn read(ground: &Ground, store: &Store) -> Result<Self, RollbackError> {
        let (account, environment) = (&ground.account, &ground.environment.name);
        let filter = DeploymentFilter {
            account: Some(account.clone()),
            environment: Some(environment.clone()),
            limit: Some(LOOKED_AT),
            ..DeploymentFilter::default()
        };
        Ok(Self {
            deployments: store.deployments(&filter).await?,
            holds: store.holds(account, environment).await?,
        })
    }

    /// What is recorded of a Worker, the newest first.
    pub(super) fn of_worker(
        &self,
        worker: &str,
    ) -> impl Iterator<Item = (&Deployment, &DeployedService)> {
        self.deployments.iter().filter_map(move |one| Some((one, of(one, worker)?)))
    }

    /// The version of a Worker that a deployment brought.
    pub(super) fn brought(&self, deployment: Option<&str>, worker: &str) -> Option<&String> {
        let mut all = self.of_worker(worker);
        all.find(|(one, _)| Some(one.id.as_str()) == deployment)?.1.progress.version.as_ref()
    }

    /// The commit of a version. A rollback does not know that of what it puts back.
    pub(super) fn commit(&self, worker: &str, version: &str) -> Option<&String> {
        self.deployed(worker, version)?.0.cause.commit.as_ref()
    }

    fn deployed(&self, worker: &str, version: &str) -> Option<(&Deployment, &DeployedService)> {
        self.of_worker(worker).find(|(deployment, found)| {
            deployment.cause.kind == Kind::Deploy
                && found.progress.version.as_deref() == Some(version)
        })
    }

    /// What is taken back of a Worker. Of a version that is not recorded counts what is known of
    /// `like`, which has the same code.
    pub(super) fn taken(&self, worker: &str, bad: &[String], like: &[String]) -> Vec<Taken> {
        let of = |version: &String| self.deployed(worker, version);
        let taken = |version: &String| {
            let found = of(version).or_else(|| like.iter().find_map(of));
            let code = found.and_then(|(_, service)| service.progress.code.as_ref());
            Taken {
                version: version.clone(),
                commit: found.and_then(|(deployment, _)| deployment.cause.commit.clone()),
                code: code.map(|code| code.digest.clone()),
            }
        };
        bad.iter().map(taken).collect()
    }

    /// The deployment in which the checks of a version failed, if they did when it was last looked at.
    pub(super) fn sick(&self, worker: &str, version: &str) -> Option<&str> {
        let mut all = self.of_worker(worker);
        let (deployment, found) = all.find(|(_, found)| {
            found.progress.version.as_deref() == Some(version) && found.progress.healthy.is_some()
        })?;
        (found.progress.healthy == Some(false)).then_some(&deployment.id)
    }

    /// Whether it is recorded how it comes that something serves.
    pub(super) fn explains(&self, worker: &str, live: &account::Deployment) -> bool {
        let marked = live.message.as_deref().and_then(Marker::of);
        marked.is_some_and(|mark| self.deployments.iter().any(|one| one.id == mark.deployment))
            || serving(&live.versions).all(|version| {
                let version = Some(version);
                self.of_worker(worker).any(|(_, found)| found.progress.version.as_ref() == version)
            })
    }

    /// The rollback of exactly these Workers that was asked to go there, has no good end, and is the
    /// last that happened to them.
    pub(super) fn left(&self, to: &str, workers: &[&str]) -> Option<&Deployment> {
        let concerns = |one: &&Deployment| workers.iter().any(|worker| of(one, worker).is_some());
        let newest = self.deployments.iter().filter(concerns).find(|one| came_live(one))?;
        let is_same = is_left(newest)
            && newest.cause.to.as_deref() == Some(to)
            && newest.services.len() == workers.len()
            && workers.iter().all(|worker| of(newest, worker).is_some());
        is_same.then_some(newest)
    }

    /// How many are newer.
    pub(super) fn age(&self, deployment: Option<&str>) -> Option<usize> {
        self.deployments.iter().position(|one| Some(one.id.as_str()) == deployment)
    }
}

/// Whether it is a rollback that has no good end.
pub(super) fn is_left(one: &Deployment) -> bool {
    one.cause.kind == Kind::Rollback && !one.state.is_final()
}

/// Whether something of it may have come live, and stayed.
pub(super) fn came_live(one: &Deployment) -> bool {
    !matches!(one.state, State::Failed | State::Restored)
}

fn of<'a>(one: &'a Deployment, worker: &str) -> Option<&'a DeployedService> {
    one.services.iter().find(|service| service.planned.worker == worker)
}
