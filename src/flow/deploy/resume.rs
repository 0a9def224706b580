//! A deployment that was left: its holder was killed, or lost its lock. Going on with it means doing
//! again what is not known to be done; undoing it, that what served before it serves again.

use std::time::Duration;

use super::{DeployError, Ended, Stage};
use crate::core::deployment::{Outcome, outcome};
use crate::core::model::deployment::{Base, DeployedService, Deployment, Kind, State};
use crate::flow::restoration::active;
use crate::world::store::{DeploymentFilter, Store, StoreError};

/// What an earlier run of the same deployment wrote down; nothing, where there was none.
#[derive(Clone, Debug, Default)]
pub(super) struct Resumed(pub(super) Option<Deployment>);

impl Resumed {
    fn service(&self, name: &str) -> Option<&DeployedService> {
        let services = self.0.as_ref()?.services.iter();
        services.into_iter().find(|one| one.planned.service == name)
    }

    /// What served before the deployment touched a service.
    pub(super) fn before(&self, service: &str) -> Option<&Base> {
        self.service(service)?.progress.before.as_ref()
    }

    /// The bookmark that was noted before a database was touched.
    pub(super) fn bookmark(&self, service: &str, database: &str) -> Option<&str> {
        Some(self.service(service)?.progress.bookmarks.get(database)?.as_str())
    }

    /// The services that have their outcome, and serve what they should.
    pub(super) fn ended(&self) -> Vec<Ended> {
        let services = self.0.iter().flat_map(|left| &left.services);
        let done = services.filter(|one| one.progress.state == Some(State::Succeeded));
        let ended = |one: &DeployedService| Ended {
            service: one.planned.service.clone(),
            worker: one.planned.worker.clone(),
            strategy: one.planned.strategy,
            state: State::Succeeded,
            before: one.progress.before.clone().unwrap_or_default(),
            version: one.progress.version.clone(),
            error: None,
            took: Duration::from_millis(one.progress.took_ms.unwrap_or_default()),
        };
        done.map(ended).collect()
    }

    /// The services of which no more than an empty Worker was begun, and nobody knows what became of
    /// it.
    pub(super) fn begun_empty(&self) -> impl Iterator<Item = &String> {
        let services = self.0.iter().flat_map(|left| &left.services);
        services.filter(|one| is_begun_empty(one)).map(|one| &one.planned.service)
    }

    /// Whether a service has its outcome, and serves what it should.
    pub(super) fn is_done(&self, service: &str) -> bool {
        self.service(service).is_some_and(|one| one.progress.state == Some(State::Succeeded))
    }
}

/// Whether nothing else was begun of a service than an empty Worker, without its end. Whoever begins
/// with the service itself writes down first what serves before.
pub(super) fn is_begun_empty(one: &DeployedService) -> bool {
    let progress = &one.progress;
    progress.state == Some(State::Running) && progress.before.is_none() && progress.stub.is_none()
}

/// The deployment or rollback of an environment that was left unfinished, if there is one. A rollback
/// comes first: what it was to take back must not be gone on with.
pub(super) async fn unfinished(
    store: &Store,
    account: &str,
    environment: &str,
) -> Result<Option<Deployment>, StoreError> {
    let mut left = None;
    for state in [State::Running, State::Unknown] {
        let filter = DeploymentFilter {
            account: Some(account.to_owned()),
            environment: Some(environment.to_owned()),
            state: Some(state),
            limit: Some(1),
            ..DeploymentFilter::default()
        };
        let found = store.deployments(&filter).await?.pop();
        if found.as_ref().is_some_and(|found| found.cause.kind == Kind::Rollback) {
            return Ok(found);
        }
        left = left.or(found);
    }
    Ok(left)
}

impl Stage<'_> {
    /// Puts back what the deployment that was left had changed, and closes it.
    pub(super) async fn undo(&self, left: &Deployment) -> Result<State, DeployError> {
        self.record.resume(left.state).await?;
        let mut state = State::Failed;
        for service in left.services.iter().rev() {
            let name = &service.planned.service;
            let Some(before) = &service.progress.before else { continue };
            let place = self.place(&service.planned.worker, service.planned.strategy);
            let active = active(place).await?;
            let made = service.progress.version.as_deref();
            let marker = self.record.marker();
            match outcome(before.deployment.as_deref(), active, &marker, made) {
                Outcome::Unchanged => {}
                Outcome::Foreign(active) => {
                    let what = format!("deployment {} serves, which is somebody else's", active.id);
                    self.record.external(name, &what).await?;
                }
                Outcome::Live(_) | Outcome::Partly(_) => {
                    state = state.max(self.put_back(name, place, before).await?);
                }
            }
        }
        let mut reason = "it was left unfinished, and taken back".to_owned();
        for left in self.remove_stubs().await? {
            state = state.max(State::NeedsPerson);
            reason += &format!("; {left}");
        }
        self.record.finish(state, Some(&reason)).await?;
        Ok(state)
    }
}
