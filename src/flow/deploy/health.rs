//! The checks of `clodo.yml`, made while a deployment runs: before a staged version serves, where
//! there is one that serves beside it, and after it does.

use super::fail_point::{When, reach};
use super::service::Came;
use super::{DeployError, News, Stage};
use crate::core::deployment::Work;
use crate::core::model::account::Share;
use crate::core::model::deployment::{Base, Progress, State, Step, Strategy};
use crate::core::verify::address::{addresses, pages_addresses};
use crate::core::verify::healthy;
use crate::flow::verify::{Checker, Subject, health};

impl Stage<'_> {
    /// Makes the checks of a service that serves. `Some`: what is not well. Previews of Pages serve
    /// at addresses of their own, and are not looked at.
    pub(super) async fn validate(
        &self,
        work: &Work,
        version: &str,
    ) -> Result<Option<String>, DeployError> {
        if self.settings.verify.is_empty() || self.is_preview(work.choice.strategy) {
            return Ok(None);
        }
        self.begin(&work.service, Step::Verify, Progress::default()).await?;
        let (well, failures) = self.check(work, version, false).await?;
        self.checked(work, well, failures).await
    }

    /// Makes the checks of a version that serves nobody yet: it gets a share of 0 %, beside the one
    /// that serves. `Some`: what came of the service, where it is not well.
    pub(super) async fn rehearse(
        &self,
        work: &Work,
        before: &Base,
        version: &str,
    ) -> Result<Option<Came>, DeployError> {
        let Some(serving) = self.beside(before) else { return Ok(None) };
        self.begin(&work.service, Step::Verify, Progress::default()).await?;
        let beside = Share { version_id: version.to_owned(), percentage: 0.0 };
        let (well, failures) = match self.share(work, &[serving.clone(), beside]).await {
            Ok(()) => self.check(work, version, true).await?,
            Err(error) => {
                let why = "it could not be looked at beside the one that serves";
                (Some(false), vec![format!("{why}: {error}")])
            }
        };
        let Some(error) = self.checked(work, well, failures).await? else { return Ok(None) };
        let why = format!("its checks failed before it served: {error}");
        Ok(Some(self.withdrawn(work, before, version, why).await))
    }

    /// The version beside which another one can be looked at, where that is wanted: the only one that
    /// serves. Cloudflare takes two versions at a time. Where there is none, the plan has said so.
    fn beside<'b>(&self, before: &'b Base) -> Option<&'b Share> {
        match before.versions.as_slice() {
            [serving] if !self.settings.verify.is_empty() => Some(serving),
            _ => None,
        }
    }

    /// Takes the share of 0 % away from a version that is not promoted, and gives what came of the
    /// service. It would serve nobody; but the account is to show what it showed before.
    pub(super) async fn withdrawn(
        &self,
        work: &Work,
        before: &Base,
        version: &str,
        why: String,
    ) -> Came {
        let Some(serving) = self.beside(before) else { return Came::not(State::Failed, why) };
        let Err(error) = self.share(work, std::slice::from_ref(serving)).await else {
            return Came::not(State::Failed, why);
        };
        let error = format!("its share of 0 % could not be taken back at once: {error}");
        (self.tools.tell)(News::Failed {
            service: &work.service,
            step: Step::Restore,
            error: &error,
        });
        // It is put back with the rest, as if it served.
        Came {
            state: State::NeedsPerson,
            version: Some(version.to_owned()),
            error: Some(format!("{why}; {error}")),
        }
    }

    async fn share(
        &self,
        work: &Work,
        shares: &[Share],
    ) -> Result<(), crate::world::cloudflare::CloudflareError> {
        reach(When::Before, "cloudflare share");
        let (account, message) = (&self.account.id, self.message());
        let sent = self.client.deploy_versions(account, &work.worker, shares, &message).await;
        reach(When::After, "cloudflare share");
        sent.map(drop)
    }

    async fn check(
        &self,
        work: &Work,
        version: &str,
        staged: bool,
    ) -> Result<(Option<bool>, Vec<String>), DeployError> {
        let Some(prober) = &self.prober else { return Ok((None, Vec::new())) };
        let subdomain = self.account.subdomain.known().and_then(|own| own.name.as_deref());
        let is_pages = work.choice.strategy == Strategy::Pages;
        let addresses = match is_pages {
            false => self.configured(work).map(|one| addresses(&one, &work.worker, subdomain)),
            true => self.pages_project(work).map(|project| pages_addresses(&project.domains)),
        };
        let subject = Subject {
            service: work.service.clone(),
            worker: work.worker.clone(),
            addresses: addresses.unwrap_or_default(),
            // Nothing tells a Worker of Pages its deployment.
            version: (!is_pages).then(|| version.to_owned()),
            staged,
        };
        let checker = Checker {
            prober,
            checks: &self.settings.verify,
            folder: self.root,
            environment: &self.settings.name,
            variable: self.variable,
        };
        reach(When::Before, "checks");
        let outcomes = health(&checker, &[subject]).await;
        reach(When::After, "checks");
        for outcome in &outcomes {
            (self.tools.tell)(News::Probed(outcome));
        }
        let failed = outcomes.iter().filter(|outcome| !outcome.passed());
        Ok((healthy(&outcomes, &work.service), failed.map(|one| one.line()).collect()))
    }

    /// Writes down what the checks came to.
    async fn checked(
        &self,
        work: &Work,
        healthy: Option<bool>,
        failures: Vec<String>,
    ) -> Result<Option<String>, DeployError> {
        let progress = Progress { healthy, ..Progress::default() };
        if healthy != Some(false) {
            self.done(&work.service, Step::Verify, progress).await?;
            return Ok(None);
        }
        let error = failures.join("; ");
        self.record.failed(&work.service, Step::Verify, progress, &error).await?;
        (self.tools.tell)(News::Failed {
            service: &work.service,
            step: Step::Verify,
            error: &error,
        });
        Ok(Some(error))
    }
}
