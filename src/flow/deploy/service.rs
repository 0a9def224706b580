//! One service: what served before, its steps, and what became of it.

use std::time::{Duration, Instant};

use super::base::{base, only_versions};
use super::stage::Seen;
use super::{DeployError, Stage};
use crate::core::deployment::{Work, base_difference, triggers};
use crate::core::model::deployment::{Base, Progress, State, Step, Strategy};
use crate::flow::restoration::active;

/// How long a look at what serves counts. Services of later waves, and those that wait for
/// databases, are looked at again.
const FRESH: Duration = Duration::from_secs(5);

/// How a service ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The service.
    pub service: String,
    /// The Worker or Pages project.
    pub worker: String,
    /// How it was deployed.
    pub strategy: Strategy,
    /// Where it stands.
    pub state: State,
    /// What served before.
    pub before: Base,
    /// The version that was made, as far as that came.
    pub version: Option<String>,
    /// Why it is not as it should be, in words.
    pub error: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// What came of the steps of a service.
pub(super) struct Came {
    pub(super) state: State,
    pub(super) version: Option<String>,
    pub(super) error: Option<String>,
}

impl Came {
    pub(super) fn well(version: Option<String>) -> Self {
        Self { state: State::Succeeded, version, error: None }
    }

    pub(super) fn not(state: State, error: impl Into<String>) -> Self {
        Self { state, version: None, error: Some(error.into()) }
    }
}

impl Stage<'_> {
    /// Deploys a service, and writes down what became of it.
    ///
    /// # Errors
    /// Where nothing can be written down any more, or the lock is lost. What was begun is then found
    /// by whoever goes on.
    pub(super) async fn deploy(&self, work: &Work) -> Result<Ended, DeployError> {
        let started = Instant::now();
        let (before, came) = match self.before(work).await {
            Ok(before) => {
                let came = match work.choice.strategy {
                    Strategy::Direct => self.direct(work, &before).await?,
                    Strategy::Staged => self.staged(work, &before).await?,
                    Strategy::Pages => self.pages(work, &before).await?,
                };
                (before, came)
            }
            Err(error) => (Base::default(), Came::not(State::Failed, error)),
        };
        let came = match &came {
            Came { state: State::Succeeded, version: Some(version), .. } => {
                match self.validate(work, version).await? {
                    None => came,
                    Some(error) => Came {
                        error: Some(format!("its checks failed: {error}")),
                        state: State::NeedsPerson,
                        version: Some(version.clone()),
                    },
                }
            }
            _ => came,
        };
        let took = started.elapsed();
        let progress = Progress {
            state: Some(came.state),
            version: came.version.clone(),
            triggers: self.configured(work).map(|one| triggers(&one)),
            took_ms: u64::try_from(took.as_millis()).ok(),
            ..Progress::default()
        };
        self.record.service(&work.service, progress, came.error.clone()).await?;
        let Came { state, version, error } = came;
        let (service, worker) = (work.service.clone(), work.worker.clone());
        let strategy = work.choice.strategy;
        Ok(Ended { service, worker, strategy, state, before, version, error, took })
    }

    /// What serves before anything is done: what an earlier run of the same deployment wrote down,
    /// else what the account shows. Fails where that is not what was planned on, or not to be seen.
    async fn before(&self, work: &Work) -> Result<Base, String> {
        if let Some(known) = self.resumed.before(&work.service) {
            return Ok(known.clone());
        }
        if self.is_preview(work.choice.strategy) {
            return Ok(Base::default());
        }
        if work.choice.strategy == Strategy::Pages {
            let active = active(self.place(&work.worker, work.choice.strategy)).await;
            let unseen = |error| format!("what serves could not be looked at: {error}");
            return Ok(only_versions(active.map_err(unseen)?));
        }
        let is_fresh = |seen: &&Seen| seen.at.elapsed() < FRESH;
        // An empty Worker that was made first serves by now.
        let is_new = self.course.stubs.contains(&work.service);
        let seen = self.seen.get(&work.service).filter(|seen| is_fresh(seen) && !is_new);
        let active = match seen {
            Some(seen) => seen.active.clone(),
            None => {
                let active = self.client.active_deployment(&self.account.id, &work.worker).await;
                active.map_err(|error| format!("what serves could not be looked at: {error}"))?
            }
        };
        let is_stub = self.is_stub(&work.service, active.as_ref()).await;
        if is_stub.map_err(|error| format!("what was made first is not known: {error}"))? {
            // It is nothing that one would want back.
            return Ok(Base { deployment: active.map(|active| active.id), ..Base::default() });
        }
        match base_difference(&work.base, active.as_ref()) {
            Some(difference) => Err(format!("somebody else deployed it meanwhile: {difference}")),
            None => Ok(base(self.account, &work.worker, active.as_ref())),
        }
    }

    /// A step failed, and that is the end of it.
    pub(super) async fn not_done(
        &self,
        name: &str,
        step: Step,
        state: State,
        error: String,
    ) -> Result<Came, DeployError> {
        self.failed(name, step, Progress::default(), &error).await?;
        Ok(Came::not(state, error))
    }
}
