//! A deployment that was left: its holder was killed, or lost its lock. Going on with it means doing
//! again what is not known to be done; undoing it, that what served before it serves again.

use std::time::Duration;

use super::{DeployError, Ended, News, Stage};
use crate::core::data::Back;
use crate::core::deployment::{Outcome, outcome};
use crate::core::model::context::short;
use crate::core::model::deployment::{
    Base, DeployedService, Deployment, Kind, Planned, Progress, State,
};
use crate::flow::restoration::active;
use crate::world::cloudflare::CloudflareError;
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
    pub(super) fn done(&self) -> impl Iterator<Item = Ended> {
        self.touched().filter(|one| one.state == State::Succeeded)
    }

    /// The services of which it is known what served before, as far as they came.
    pub(super) fn touched(&self) -> impl Iterator<Item = Ended> {
        let services = self.0.iter().flat_map(|left| &left.services);
        services.filter_map(|one| {
            let state = match one.progress.state? {
                State::Succeeded => State::Succeeded,
                _ => State::Failed,
            };
            Some(Ended {
                service: one.planned.service.clone(),
                worker: one.planned.worker.clone(),
                strategy: one.planned.strategy,
                state,
                before: one.progress.before.clone()?,
                version: one.progress.version.clone(),
                error: None,
                took: Duration::from_millis(one.progress.took_ms.unwrap_or_default()),
            })
        })
    }

    /// The services of which no more than an empty Worker was begun, and nobody knows what became of
    /// it.
    pub(super) fn begun_empty(&self) -> impl Iterator<Item = &String> {
        let services = self.0.iter().flat_map(|left| &left.services);
        services.filter(|one| is_begun_empty(one)).map(|one| &one.planned.service)
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
    /// Whether this run goes on with a deployment that was left. Otherwise it takes it back: its code
    /// is another, or there is a service that this run would not bring to its end.
    pub(super) fn goes_on_with(
        &self,
        left: &Deployment,
        resume: bool,
    ) -> Result<bool, DeployError> {
        let (was, is) = (&left.cause.commit, &self.cause.commit);
        let services: Vec<String> = left
            .services
            .iter()
            .filter(|one| !self.brings_to_an_end(one))
            .map(|one| one.planned.service.clone())
            .collect();
        if !resume {
            return Ok(was.is_some() && was == is && services.is_empty());
        }
        let id = left.id.clone();
        if was != is {
            let named =
                |commit: &Option<String>| commit.as_deref().map_or("none", short).to_owned();
            return Err(DeployError::LeftOfAnother { id, was: named(was), is: named(is) });
        }
        match services.is_empty() {
            true => Ok(true),
            false => Err(DeployError::LeftWith { id, services }),
        }
    }

    /// Whether a service that was left is as it should be when this run has done its work: the run
    /// deploys it, or it is done, or it was not begun and need not be. One that was begun is not done
    /// because it looks so.
    fn brings_to_an_end(&self, one: &DeployedService) -> bool {
        let Planned { service, worker, .. } = &one.planned;
        let mut works = self.course.waves.iter().flatten();
        match (works.find(|work| work.service == *service), one.progress.state) {
            // A database can be all that was planned of a service, and then has no Worker.
            (Some(work), _) => worker.is_empty() || work.worker == *worker,
            (None, Some(State::Succeeded)) => true,
            (None, None) => self.course.unchanged.contains(service),
            (None, _) => false,
        }
    }

    /// What became of a service that was begun, by what serves now. `None`: nothing of it is put back.
    async fn became(&self, one: &Ended) -> Result<Option<Outcome>, CloudflareError> {
        if self.is_preview(one.strategy) {
            return Ok(None);
        }
        let active = active(self.place(&one.worker, one.strategy)).await?;
        let before = one.before.deployment.as_deref();
        Ok(Some(outcome(before, active, &self.record.marker(), one.version.as_deref())))
    }

    /// Whether a service that failed serves what a run before this one had made of it.
    pub(super) async fn serves_ours(&self, failed: &Ended) -> Result<bool, CloudflareError> {
        if self.resumed.before(&failed.service).is_none() {
            return Ok(false);
        }
        let became = self.became(failed).await?;
        Ok(matches!(became, Some(Outcome::Live(_) | Outcome::Partly(_))))
    }

    /// Puts back what the deployment that was left had changed, and closes it.
    pub(super) async fn undo(&self, left: &Deployment) -> Result<State, DeployError> {
        self.record.resume(left.state).await?;
        let mut state = State::Failed;
        let touched: Vec<Ended> = Resumed(Some(left.clone())).touched().collect();
        for one in touched.iter().rev() {
            let name = &one.service;
            match self.became(one).await? {
                None | Some(Outcome::Unchanged) => {}
                Some(Outcome::Foreign(active)) => {
                    let what = format!("deployment {} serves, which is somebody else's", active.id);
                    self.record.external(name, &what).await?;
                }
                Some(Outcome::Live(_) | Outcome::Partly(_)) => {
                    let place = self.place(&one.worker, one.strategy);
                    state = state.max(self.put_back(name, place, &one.before).await?);
                }
            }
        }
        let mut reason = "it was left unfinished, and taken back".to_owned();
        for stays in self.migrated(left) {
            (self.tools.tell)(News::Stays(&stays));
            reason += &format!("; {stays}");
        }
        for left in self.remove_stubs().await? {
            state = state.max(State::NeedsPerson);
            reason += &format!("; {left}");
        }
        self.record.finish(state, Some(&reason)).await?;
        Ok(state)
    }

    /// What migrations did to databases stays, whatever is put back: which they are, and the way back.
    fn migrated(&self, left: &Deployment) -> Vec<String> {
        let databases = self.account.d1_databases.known();
        let name = |id: &String| {
            let found = databases.and_then(|all| all.iter().find(|one| one.id == *id));
            found.map_or_else(|| id.clone(), |one| one.name.clone())
        };
        let of = |one: &DeployedService| -> Vec<String> {
            let Progress { bookmarks, migrations, .. } = &one.progress;
            let stays = |(id, bookmark): (&String, &String)| {
                let name = name(id);
                let what = match migrations.get(id).map(|ran| ran.join(", ")) {
                    Some(ran) if !ran.is_empty() => format!("{ran} ran on {name} and stays"),
                    // It was killed before it could look.
                    _ => format!("what migrations ran on {name} stays"),
                };
                let environment = self.settings.name.clone();
                let back = Back { environment, database: name, bookmark: bookmark.clone() };
                format!("{what}; back: {back}")
            };
            bookmarks.iter().map(stays).collect()
        };
        left.services.iter().flat_map(of).collect()
    }
}
