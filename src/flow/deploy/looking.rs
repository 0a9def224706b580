//! What became of a step: told by what the account shows.

use std::time::{Duration, Instant};

use super::service::Came;
use super::{DeployError, News, Stage};
use crate::core::deployment::{Marker, Outcome, Work, gone_over, outcome};
use crate::core::model::account::Deployment;
use crate::core::model::deployment::{Base, State, Step, Strategy};
use crate::world::cloudflare::CloudflareError;
use crate::world::wrangler::{Ran, WranglerError};

/// How long we look for the outcome of something that was sent and not answered.
const LOOKING: Duration = Duration::from_secs(120);

/// How long we wait before we look again.
const AGAIN: Duration = Duration::from_secs(2);

impl Stage<'_> {
    /// What serves now, and what of others it went over. Where an answer may be lost, we look until it
    /// shows or time is up.
    pub(super) async fn look(
        &self,
        work: &Work,
        before: &Base,
        version: Option<&str>,
        late: bool,
    ) -> Result<(Outcome, Vec<Deployment>), CloudflareError> {
        let until = Instant::now() + if late { LOOKING } else { Duration::ZERO };
        let is_pages = work.choice.strategy == Strategy::Pages;
        loop {
            let last = self.last_deployments(work).await?;
            let active = last.first().cloned();
            let version = match (&active, version) {
                // A first upload has no deployment of its own that could be marked.
                (Some(active), None) if !is_pages => self.marked(&work.worker, active).await,
                (_, version) => version.map(str::to_owned),
            };
            let (marker, before) = (self.record.marker(), before.deployment.as_deref());
            let seen = outcome(before, active, &marker, version.as_deref());
            let is_clear = matches!(seen, Outcome::Live(_) | Outcome::Foreign(_));
            if is_clear || Instant::now() >= until {
                let others = match (&seen, before) {
                    (Outcome::Live(_), Some(before)) => gone_over(before, &last, &marker),
                    _ => Vec::new(),
                };
                let others = others.into_iter().cloned().collect();
                return Ok((seen, others));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// What serves, and what served before it as far as that is told at once.
    async fn last_deployments(&self, work: &Work) -> Result<Vec<Deployment>, CloudflareError> {
        let (account, worker) = (&self.account.id, &work.worker);
        if work.choice.strategy == Strategy::Pages {
            let active = self.client.active_pages_deployment(account, worker).await?;
            return Ok(active.into_iter().collect());
        }
        self.client.last_deployments(account, worker).await
    }

    /// The version that serves, if its own message has our mark.
    pub(super) async fn marked(&self, worker: &str, active: &Deployment) -> Option<String> {
        let marker = self.marker_of_version(worker, active).await?;
        (marker.deployment == self.record.deployment).then(|| serving(active))?
    }

    /// The deployment of clodo's that serves, by the mark on it or on its version.
    pub(super) async fn deployed_by(
        &self,
        worker: &str,
        active: Option<&Deployment>,
    ) -> Option<String> {
        let active = active?;
        let marker = match active.message.as_deref().and_then(Marker::of) {
            Some(marker) => marker,
            None => self.marker_of_version(worker, active).await?,
        };
        Some(marker.deployment)
    }

    /// The mark on the version that serves.
    async fn marker_of_version(&self, worker: &str, active: &Deployment) -> Option<Marker> {
        let id = serving(active)?;
        let version = self.client.version(&self.account.id, worker, &id).await.ok()?;
        Marker::of(version.message.as_deref()?)
    }

    /// Somebody else deployed at the same time. Theirs is left alone.
    pub(super) async fn foreign(
        &self,
        name: &str,
        step: Step,
        active: &Deployment,
    ) -> Result<Came, DeployError> {
        let by = active.author.as_deref().or(active.source.as_deref()).unwrap_or("somebody");
        let error = format!("{by} deployed at the same time: deployment {} serves", active.id);
        self.record.external(name, &error).await?;
        self.not_done(name, step, State::NeedsPerson, error).await
    }

    /// Writes down what others deployed at the same time, which ours went over.
    pub(super) async fn went_over(
        &self,
        name: &str,
        others: &[Deployment],
    ) -> Result<(), DeployError> {
        for other in others {
            let by = other.author.as_deref().or(other.source.as_deref()).unwrap_or("somebody");
            let what = format!(
                "{by} deployed at the same time: deployment {} served for a moment, and this one \
                 went over it",
                other.id
            );
            self.record.external(name, &what).await?;
            (self.tools.tell)(News::WentOver { service: name, what: &what });
        }
        Ok(())
    }

    /// The account could not be looked at, so that nobody knows what became of it.
    pub(super) async fn not_seen(
        &self,
        name: &str,
        step: Step,
        error: &CloudflareError,
    ) -> Result<Came, DeployError> {
        let error = format!("what became of it could not be looked at: {error}");
        self.not_done(name, step, State::Unknown, error).await
    }
}

/// The version that gets all requests, or most of them.
pub(super) fn serving(active: &Deployment) -> Option<String> {
    let shares = active.versions.iter();
    let most = shares.max_by(|a, b| a.percentage.total_cmp(&b.percentage))?;
    Some(most.version_id.clone())
}

/// What Wrangler prints when it has built a Worker and begins to upload it (`printBundleSize`).
pub(super) const UPLOADING: &str = "Total Upload:";

/// What Wrangler prints when the files of a Pages project are uploaded, before it makes the deployment
/// (cli.js:170921).
pub(super) const PAGES_UPLOADED: &str = "Success! Uploaded";

/// What Wrangler says of a Pages deployment that came to a bad end (cli.js:305041).
const PAGES_FAILED: &str = "Deployment failed!";

/// Whether what a run sent may still take effect after it ended: it had begun with that, and neither
/// came to an end nor got a refusal. `begun` is what Wrangler prints before.
pub(super) fn may_come_late(ran: &Result<Ran, WranglerError>, begun: &str) -> bool {
    match ran {
        Ok(ran) if ran.status.success() => false,
        Ok(ran) => {
            let said_why = !ran.failure().errors.is_empty() || ran.stderr.contains(PAGES_FAILED);
            ran.stdout.contains(begun) && !said_why
        }
        Err(WranglerError::TimedOut { .. }) => true,
        Err(_) => false,
    }
}
