//! The checks of `clodo.yml`, made while a deployment runs: before a staged version serves, where
//! there is one that serves beside it, and after it does.

use super::fail_point::{When, reach};
use super::{DeployError, News, Stage};
use crate::core::deployment::Work;
use crate::core::model::account::Share;
use crate::core::model::deployment::{Base, Progress, Step, Strategy};
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
        let is_preview = work.choice.strategy == Strategy::Pages && !self.is_production();
        if self.settings.verify.is_empty() || is_preview {
            return Ok(None);
        }
        self.begin(&work.service, Step::Verify, Progress::default()).await?;
        let (well, failures) = self.check(work, version, false).await?;
        self.checked(work, well, failures).await
    }

    /// Makes the checks of a version that serves nobody yet: it gets a share of 0 %, beside the one
    /// that serves. `Some`: what is not well; then it has no share any more.
    pub(super) async fn rehearse(
        &self,
        work: &Work,
        before: &Base,
        version: &str,
    ) -> Result<Option<String>, DeployError> {
        let [serving] = before.versions.as_slice() else { return Ok(None) };
        if self.settings.verify.is_empty() {
            return Ok(None);
        }
        self.begin(&work.service, Step::Verify, Progress::default()).await?;
        let beside = Share { version_id: version.to_owned(), percentage: 0.0 };
        if let Err(error) = self.share(work, &[serving.clone(), beside]).await {
            let error = format!("it could not be looked at beside the one that serves: {error}");
            return self.checked(work, Some(false), vec![error]).await;
        }
        let (well, failures) = self.check(work, version, true).await?;
        if well == Some(false) {
            self.withdraw(work, before).await;
        }
        self.checked(work, well, failures).await
    }

    /// Takes the share of 0 % away from a version that was looked at and is not promoted. It would
    /// serve nobody; but the account is to show what it showed before, and the next version is looked
    /// at beside the one that serves.
    pub(super) async fn withdraw(&self, work: &Work, before: &Base) {
        if self.settings.verify.is_empty() || before.versions.len() != 1 {
            return;
        }
        if let Err(error) = self.share(work, before.versions.as_slice()).await {
            let error = format!("its share of 0 % could not be taken back: {error}");
            (self.tools.tell)(News::Failed {
                service: &work.service,
                step: Step::Restore,
                error: &error,
            });
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
