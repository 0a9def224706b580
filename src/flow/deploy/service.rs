//! One service: its steps, and what became of each. Nothing is believed that the account does not
//! show.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::base::base;
use super::fail_point::{When, reach};
use super::{DeployError, News, Stage};
use crate::core::deployment::{Outcome, Work, outcome, triggers};
use crate::core::model::account::{self, Share};
use crate::core::model::deployment::{Base, Code, Files, Progress, State, Step, Strategy};
use crate::core::plan::Built;
use crate::world::cloudflare::CloudflareError;
use crate::world::wrangler::{Ran, WranglerError};

/// How long we look for the outcome of something that was sent and not answered.
const LOOKING: Duration = Duration::from_secs(120);

/// How long we wait before we look again.
const AGAIN: Duration = Duration::from_secs(2);

/// How a service ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The service.
    pub service: String,
    /// The Worker or Pages project.
    pub worker: String,
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
struct Came {
    state: State,
    version: Option<String>,
    error: Option<String>,
}

impl Came {
    fn well(version: Option<String>) -> Self {
        Self { state: State::Succeeded, version, error: None }
    }

    fn not(state: State, error: impl Into<String>) -> Self {
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
        let before = self.before(work).await?;
        let came = match work.choice.strategy {
            Strategy::Direct => self.direct(work, &before).await?,
            Strategy::Staged => self.staged(work, &before).await?,
            Strategy::Pages => self.pages(work, &before).await?,
        };
        let came = match &came {
            Came { state: State::Succeeded, version: Some(version), .. }
                if work.choice.strategy != Strategy::Pages =>
            {
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
        Ok(Ended { service, worker, state, before, version, error, took })
    }

    /// What serves before anything is done: what an earlier run of the same deployment wrote down,
    /// else what the account shows.
    async fn before(&self, work: &Work) -> Result<Base, DeployError> {
        if let Some(known) = self.resumed.before(&work.service) {
            return Ok(known.clone());
        }
        if work.choice.strategy == Strategy::Pages {
            return Ok(Base::default());
        }
        let active = self.client.active_deployment(&self.account.id, &work.worker).await?;
        Ok(base(self.account, &work.worker, active.as_ref()))
    }

    /// `wrangler deploy`, and a look at what came of it.
    async fn direct(&self, work: &Work, before: &Base) -> Result<Came, DeployError> {
        let name = &work.service;
        self.begin(name, Step::Deploy, beginning(before)).await?;
        let run = self.run_deploy(work).await;
        let (ran, built) = match run {
            Ok(uploaded) => (Ok(uploaded.ran), uploaded.built),
            Err(error) => (Err(error), None),
        };
        let version = ran.as_ref().ok().and_then(|ran| noted(ran, "deploy", "version_id"));
        let seen = self.look(work, before, version.as_deref(), may_come_late(&ran)).await;
        let failure = failure_of(&ran);
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => return self.not_seen(name, Step::Deploy, &error).await,
        };
        match (seen, failure) {
            (Outcome::Live(active), failure) => {
                let version = serving(&active);
                let progress = Progress {
                    version: version.clone(),
                    cloudflare_deployment: Some(active.id.clone()),
                    code: code(built.as_ref()),
                    ..Progress::default()
                };
                let Some(failure) = failure else {
                    self.done(name, Step::Deploy, progress).await?;
                    return Ok(Came::well(version));
                };
                let error =
                    format!("the new version serves, and Wrangler failed after that: {failure}");
                self.record.failed(name, Step::Deploy, progress, &error).await?;
                Ok(Came { state: State::NeedsPerson, version, error: Some(error) })
            }
            (Outcome::Unchanged | Outcome::Partly(_), failure) => {
                let error = failure.unwrap_or_else(|| {
                    "Wrangler ended without an error, and the version before serves".to_owned()
                });
                self.not_done(name, Step::Deploy, State::Failed, error).await
            }
            (Outcome::Foreign(active), _) => self.foreign(name, Step::Deploy, &active).await,
        }
    }

    /// Uploads a version, promotes exactly that one, and then sees to what no version has.
    async fn staged(&self, work: &Work, before: &Base) -> Result<Came, DeployError> {
        let name = &work.service;
        self.begin(name, Step::Upload, beginning(before)).await?;
        let run = self.run_upload(work).await;
        let (ran, built) = match run {
            Ok(uploaded) => (Ok(uploaded.ran), uploaded.built),
            Err(error) => (Err(error), None),
        };
        let version = ran.as_ref().ok().and_then(|ran| noted(ran, "version-upload", "version_id"));
        let (None, Some(version)) = (failure_of(&ran), version) else {
            // Whatever was uploaded gets no requests.
            let error = failure_of(&ran).unwrap_or_else(|| "Wrangler named no version".to_owned());
            return self.not_done(name, Step::Upload, State::Failed, error).await;
        };
        let code = code(built.as_ref());
        let uploaded = Progress { version: Some(version.clone()), code, ..Progress::default() };
        self.done(name, Step::Upload, uploaded).await?;

        if let Some(error) = self.rehearse(work, before, &version).await? {
            return Ok(Came::not(
                State::Failed,
                format!("its checks failed before it served: {error}"),
            ));
        }
        if let Some(came) = self.promote(work, before, &version).await? {
            return Ok(came);
        }
        let version = Some(version);
        if work.triggers {
            self.begin(name, Step::Triggers, Progress::default()).await?;
            let ran = self.run_triggers(work).await;
            if let Some(failure) = failure_of(&ran) {
                let error =
                    format!("the new version serves, and its triggers were not set: {failure}");
                self.record.failed(name, Step::Triggers, Progress::default(), &error).await?;
                return Ok(Came { state: State::NeedsPerson, version, error: Some(error) });
            }
            self.done(name, Step::Triggers, Progress::default()).await?;
        }
        if work.settings {
            self.begin(name, Step::Settings, Progress::default()).await?;
            if let Err(error) = self.set_settings(work).await {
                let error =
                    format!("the new version serves, and its settings were not set: {error}");
                self.record.failed(name, Step::Settings, Progress::default(), &error).await?;
                return Ok(Came { state: State::NeedsPerson, version, error: Some(error) });
            }
            self.done(name, Step::Settings, Progress::default()).await?;
        }
        Ok(Came::well(version))
    }

    /// Gives a version all requests. `None`: it has them.
    async fn promote(
        &self,
        work: &Work,
        before: &Base,
        version: &str,
    ) -> Result<Option<Came>, DeployError> {
        let name = &work.service;
        self.begin(name, Step::Promote, Progress::default()).await?;
        let shares = [Share { version_id: version.to_owned(), percentage: 100.0 }];
        reach(When::Before, "cloudflare promote");
        let (account, worker) = (&self.account.id, &work.worker);
        let sent = self.client.deploy_versions(account, worker, &shares, &self.message()).await;
        reach(When::After, "cloudflare promote");
        let late = matches!(sent, Err(CloudflareError::Unsettled(_)));
        match self.look(work, before, Some(version), late).await {
            Ok(Outcome::Live(active)) => {
                let cloudflare_deployment = Some(active.id);
                let progress = Progress { cloudflare_deployment, ..Progress::default() };
                self.done(name, Step::Promote, progress).await?;
                Ok(None)
            }
            Ok(Outcome::Foreign(active)) => {
                self.foreign(name, Step::Promote, &active).await.map(Some)
            }
            Ok(Outcome::Unchanged | Outcome::Partly(_)) => {
                let (state, error) = match sent {
                    Err(error) if late => (State::Unknown, error.to_string()),
                    Err(error) => (State::Failed, error.to_string()),
                    Ok(_) => (State::Failed, "the version before serves still".to_owned()),
                };
                self.not_done(name, Step::Promote, state, error).await.map(Some)
            }
            Err(error) => self.not_seen(name, Step::Promote, &error).await.map(Some),
        }
    }

    /// `wrangler pages deploy`. What a Pages project serves is told by its own list.
    async fn pages(&self, work: &Work, before: &Base) -> Result<Came, DeployError> {
        let name = &work.service;
        self.begin(name, Step::Deploy, beginning(before)).await?;
        let ran = self.run_pages(work).await;
        let made = ran.as_ref().ok().and_then(|ran| noted(ran, "pages-deploy", "deployment_id"));
        match (failure_of(&ran), made) {
            (None, made) => {
                let progress =
                    Progress { cloudflare_deployment: made.clone(), ..Progress::default() };
                self.done(name, Step::Deploy, progress).await?;
                Ok(Came::well(made))
            }
            (Some(error), Some(_)) => {
                let error = format!("it was deployed, and Wrangler failed after that: {error}");
                self.not_done(name, Step::Deploy, State::NeedsPerson, error).await
            }
            (Some(error), None) => self.not_done(name, Step::Deploy, State::Failed, error).await,
        }
    }

    /// What serves now. Where an answer may be lost, we look until it shows or time is up.
    async fn look(
        &self,
        work: &Work,
        before: &Base,
        version: Option<&str>,
        late: bool,
    ) -> Result<Outcome, CloudflareError> {
        let until = Instant::now() + if late { LOOKING } else { Duration::ZERO };
        loop {
            let active = self.client.active_deployment(&self.account.id, &work.worker).await?;
            let version = match (&active, version) {
                // A first upload has no deployment of its own that could be marked.
                (Some(active), None) => self.marked(work, active).await,
                (_, version) => version.map(str::to_owned),
            };
            let marker = self.record.marker();
            let seen = outcome(before.deployment.as_deref(), active, &marker, version.as_deref());
            let is_clear = matches!(seen, Outcome::Live(_) | Outcome::Foreign(_));
            if is_clear || Instant::now() >= until {
                return Ok(seen);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The version that serves, if its own message has our mark.
    async fn marked(&self, work: &Work, active: &account::Deployment) -> Option<String> {
        let id = serving(active)?;
        let version = self.client.version(&self.account.id, &work.worker, &id).await.ok()?;
        let marker = crate::core::deployment::Marker::of(version.message.as_deref()?)?;
        (marker.deployment == self.record.deployment).then_some(id)
    }

    /// Somebody else deployed at the same time. Theirs is left alone.
    async fn foreign(
        &self,
        name: &str,
        step: Step,
        active: &account::Deployment,
    ) -> Result<Came, DeployError> {
        let by = active.author.as_deref().or(active.source.as_deref()).unwrap_or("somebody");
        let error = format!("{by} deployed at the same time: deployment {} serves", active.id);
        self.record.external(name, &error).await?;
        self.not_done(name, step, State::NeedsPerson, error).await
    }

    /// The account could not be looked at, so that nobody knows what became of it.
    async fn not_seen(
        &self,
        name: &str,
        step: Step,
        error: &CloudflareError,
    ) -> Result<Came, DeployError> {
        let error = format!("what became of it could not be looked at: {error}");
        self.not_done(name, step, State::Unknown, error).await
    }

    async fn not_done(
        &self,
        name: &str,
        step: Step,
        state: State,
        error: String,
    ) -> Result<Came, DeployError> {
        self.record.failed(name, step, Progress::default(), &error).await?;
        (self.tools.tell)(News::Failed { service: name, step, error: &error });
        Ok(Came::not(state, error))
    }

    /// Begins a step, if the lock is still ours.
    pub(super) async fn begin(
        &self,
        name: &str,
        step: Step,
        progress: Progress,
    ) -> Result<(), DeployError> {
        self.held.check().await?;
        self.record.begin(name, step, progress).await?;
        (self.tools.tell)(News::Began { service: name, step });
        Ok(())
    }

    /// Ends a step that went well.
    pub(super) async fn done(
        &self,
        name: &str,
        step: Step,
        progress: Progress,
    ) -> Result<(), DeployError> {
        self.record.done(name, step, progress.clone()).await?;
        (self.tools.tell)(News::Done { service: name, step, progress: &progress });
        Ok(())
    }
}

fn beginning(before: &Base) -> Progress {
    Progress { state: Some(State::Running), before: Some(before.clone()), ..Progress::default() }
}

/// The version that gets all requests, or most of them.
fn serving(active: &account::Deployment) -> Option<String> {
    let shares = active.versions.iter();
    let most = shares.max_by(|a, b| a.percentage.total_cmp(&b.percentage))?;
    Some(most.version_id.clone())
}

fn code(built: Option<&Built>) -> Option<Code> {
    let built = built?;
    let bundle = built.bundle.as_ref();
    Some(Code {
        digest: built.digest()?,
        raw_bytes: bundle.and_then(|bundle| bundle.raw_bytes).unwrap_or_default(),
        gzip_bytes: bundle.and_then(|bundle| bundle.gzip_bytes).unwrap_or_default(),
        bundle: bundle.map(|bundle| bundle.digest.clone()),
        assets: built.assets.as_ref().map(|assets| Files {
            digest: assets.digest.clone(),
            count: assets.files,
            paths: match assets.paths.len() {
                0..=Files::MOST => assets.paths.clone(),
                _ => BTreeMap::new(),
            },
        }),
    })
}

/// A text of an event that Wrangler noted.
fn noted(ran: &Ran, event: &str, field: &str) -> Option<String> {
    ran.event(event)?.get(field).and_then(Value::as_str).map(str::to_owned)
}

/// Why a run failed; `None` where it did not.
pub(super) fn failure_of(ran: &Result<Ran, WranglerError>) -> Option<String> {
    match ran {
        Ok(ran) if ran.interrupted => Some("it was interrupted".to_owned()),
        Ok(ran) if ran.status.success() => None,
        Ok(ran) => Some(ran.failure().to_string()),
        Err(error) => Some(error.to_string()),
    }
}

/// What Wrangler prints when it has built a Worker and begins to upload it (`printBundleSize`).
const UPLOADING: &str = "Total Upload:";

/// Whether what a run sent may still take effect after it ended: it had begun to upload, and neither
/// came to an end nor got a refusal.
fn may_come_late(ran: &Result<Ran, WranglerError>) -> bool {
    match ran {
        Ok(ran) if ran.status.success() => false,
        Ok(ran) => ran.stdout.contains(UPLOADING) && ran.failure().errors.is_empty(),
        Err(WranglerError::TimedOut(_)) => true,
        Err(_) => false,
    }
}
