//! How a deployment ends: what its services come to together, and putting back what must not stay.

use super::service::Ended;
use super::{DeployError, Stage};
use crate::core::model::deployment::{Base, HoldReport, Progress, State, Step, Strategy};
use crate::flow::restoration::{Place, restore};

impl Stage<'_> {
    /// What a deployment comes to after something of it failed. What serves already is put back,
    /// unless clodo.yml leaves that to people: the last first.
    pub(super) async fn take_back(&self, ended: &mut [Ended]) -> Result<State, DeployError> {
        let mut state = State::Failed;
        for service in ended.iter_mut().rev() {
            let serves = match service.state {
                State::Succeeded => true,
                // Live, and not as it should be. Somebody else's deployment is left alone.
                State::NeedsPerson => service.version.is_some(),
                State::Failed => self.serves_ours(service).await?,
                _ => false,
            };
            if serves && self.settings.restores && !service.before.versions.is_empty() {
                let (name, place) =
                    (&service.service, self.place(&service.worker, service.strategy));
                service.state = self.put_back(name, place, &service.before).await?;
                let progress = Progress { state: Some(service.state), ..Progress::default() };
                self.record.service(name, progress, service.error.clone()).await?;
                self.hold(service).await?;
            } else if serves {
                service.state = State::NeedsPerson;
            }
            state = state.max(service.state);
        }
        Ok(state)
    }

    /// What served and failed its checks does not come back with the next pipeline. What was put back
    /// for the sake of another service may.
    async fn hold(&self, ended: &Ended) -> Result<(), DeployError> {
        let recorded = self.record.read().await?;
        let services = recorded.map(|recorded| recorded.services).unwrap_or_default();
        let service = services.into_iter().find(|one| one.planned.service == ended.service);
        let Some(progress) = service.map(|service| service.progress) else { return Ok(()) };
        let served = progress.cloudflare_deployment.is_some();
        if progress.healthy != Some(false) || !served {
            return Ok(());
        }
        let what = HoldReport {
            worker: ended.worker.clone(),
            version: ended.version.clone(),
            code: progress.code.map(|code| code.digest),
            commit: self.cause.commit.clone(),
            reason: ended.error.clone().unwrap_or_else(|| "it failed its checks".to_owned()),
        };
        Ok(self.record.hold(&ended.service, &what).await?)
    }

    /// Where a service serves.
    pub(super) fn place<'a>(&'a self, worker: &'a str, strategy: Strategy) -> Place<'a> {
        let account = &self.account.id;
        Place { cloudflare: self.client, account, worker, kind: strategy.project() }
    }

    /// Lets serve again what served before a service was touched.
    pub(super) async fn put_back(
        &self,
        name: &str,
        place: Place<'_>,
        before: &Base,
    ) -> Result<State, DeployError> {
        self.begin(name, Step::Restore, Progress::default()).await?;
        match restore(place, before, &self.message()).await {
            Ok(_) => {
                self.done(name, Step::Restore, Progress::default()).await?;
                Ok(State::Restored)
            }
            Err(error) => {
                let error = error.to_string();
                self.failed(name, Step::Restore, Progress::default(), &error).await?;
                Ok(State::NeedsPerson)
            }
        }
    }
}
