//! How a service is deployed: at once, staged, or as a Pages project. Nothing is believed that the
//! account does not show.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fail_point::{When, reach};
use super::looking::{PAGES_UPLOADED, UPLOADING, may_come_late, serving};
use super::service::Came;
use super::{DeployError, Stage};
use crate::core::deployment::{Outcome, Work};
use crate::core::model::account::Share;
use crate::core::model::deployment::{Base, Code, Files, Progress, State, Step};
use crate::core::plan::Built;
use crate::flow::builds::pages;
use crate::flow::sources::sources;
use crate::world::cloudflare::CloudflareError;
use crate::world::wrangler::{Ran, WranglerError};

impl Stage<'_> {
    /// `wrangler deploy`, and a look at what came of it.
    pub(super) async fn direct(&self, work: &Work, before: &Base) -> Result<Came, DeployError> {
        let name = &work.service;
        self.begin(name, Step::Deploy, beginning(before)).await?;
        let run = self.run_deploy(work).await;
        let (ran, built) = match run {
            Ok(uploaded) => (Ok(uploaded.ran), uploaded.built),
            Err(error) => (Err(error), None),
        };
        let version = ran.as_ref().ok().and_then(|ran| noted(ran, "deploy", "version_id"));
        let made = Made {
            version,
            code: self.code(work, built.as_ref()),
            unlike: self.unlike_approved(name, built.as_ref()),
            late: may_come_late(&ran, UPLOADING),
        };
        self.settled(work, before, failure_of(&ran), made).await
    }

    /// Looks what came of a run that deploys at once, and writes it down.
    async fn settled(
        &self,
        work: &Work,
        before: &Base,
        failure: Option<String>,
        made: Made,
    ) -> Result<Came, DeployError> {
        let name = &work.service;
        let (seen, others) = match self.look(work, before, made.version.as_deref(), made.late).await
        {
            Ok(seen) => seen,
            Err(error) => return self.not_seen(name, Step::Deploy, &error).await,
        };
        self.went_over(name, &others).await?;
        match (seen, failure) {
            (Outcome::Live(active), failure) => {
                let version = serving(&active);
                let progress = Progress {
                    version: version.clone(),
                    cloudflare_deployment: Some(active.id.clone()),
                    code: made.code,
                    ..Progress::default()
                };
                let Some(failure) = failure else {
                    self.done(name, Step::Deploy, progress).await?;
                    return Ok(match made.unlike {
                        None => Came::well(version),
                        error => Came { state: State::NeedsPerson, version, error },
                    });
                };
                let error =
                    format!("the new version serves, and Wrangler failed after that: {failure}");
                self.failed(name, Step::Deploy, progress, &error).await?;
                Ok(Came { state: State::NeedsPerson, version, error: Some(error) })
            }
            (Outcome::Unchanged | Outcome::Partly(_), failure) => {
                // What was sent and not answered may still be carried out.
                let state = if made.late { State::Unknown } else { State::Failed };
                let error = failure.unwrap_or_else(|| {
                    "Wrangler ended without an error, and what served before serves".to_owned()
                });
                self.not_done(name, Step::Deploy, state, error).await
            }
            (Outcome::Foreign(active), _) => self.foreign(name, Step::Deploy, &active).await,
        }
    }

    /// Uploads a version, promotes exactly that one, and then sees to what no version has.
    pub(super) async fn staged(&self, work: &Work, before: &Base) -> Result<Came, DeployError> {
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
        let code = self.code(work, built.as_ref());
        let uploaded = Progress { version: Some(version.clone()), code, ..Progress::default() };
        self.done(name, Step::Upload, uploaded).await?;

        if let Some(error) = self.unlike_approved(name, built.as_ref()) {
            return Ok(Came::not(State::Failed, error));
        }
        if let Some(came) = self.rehearse(work, before, &version).await? {
            return Ok(came);
        }
        if let Some(why) = self.closed_meanwhile().await? {
            return Ok(self.withdrawn(work, before, &version, why).await);
        }
        match self.promote(work, before, &version).await? {
            None => {}
            Some(Came { state: State::Failed, error: Some(why), .. }) => {
                return Ok(self.withdrawn(work, before, &version, why).await);
            }
            Some(came) => return Ok(came),
        }
        let version = Some(version);
        if work.triggers {
            self.begin(name, Step::Triggers, Progress::default()).await?;
            let ran = self.run_triggers(work).await;
            if let Some(failure) = failure_of(&ran) {
                let error =
                    format!("the new version serves, and its triggers were not set: {failure}");
                self.failed(name, Step::Triggers, Progress::default(), &error).await?;
                return Ok(Came { state: State::NeedsPerson, version, error: Some(error) });
            }
            self.done(name, Step::Triggers, Progress::default()).await?;
        }
        if work.settings {
            self.begin(name, Step::Settings, Progress::default()).await?;
            if let Err(error) = self.set_settings(work).await {
                let error =
                    format!("the new version serves, and its settings were not set: {error}");
                self.failed(name, Step::Settings, Progress::default(), &error).await?;
                return Ok(Came { state: State::NeedsPerson, version, error: Some(error) });
            }
            self.done(name, Step::Settings, Progress::default()).await?;
        }
        Ok(Came::well(version))
    }

    /// What was uploaded, as it is written down.
    fn code(&self, work: &Work, built: Option<&Built>) -> Option<Code> {
        let environment = self.configured(work);
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
            sources: environment.and_then(|one| sources(self.root, self.workspace, &one)),
        })
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
        let (seen, others) = match self.look(work, before, Some(version), late).await {
            Ok(seen) => seen,
            Err(error) => return self.not_seen(name, Step::Promote, &error).await.map(Some),
        };
        self.went_over(name, &others).await?;
        match seen {
            Outcome::Live(active) => {
                let cloudflare_deployment = Some(active.id);
                let progress = Progress { cloudflare_deployment, ..Progress::default() };
                self.done(name, Step::Promote, progress).await?;
                Ok(None)
            }
            Outcome::Foreign(active) => self.foreign(name, Step::Promote, &active).await.map(Some),
            Outcome::Unchanged | Outcome::Partly(_) => {
                let (state, error) = match sent {
                    Err(error) if late => (State::Unknown, error.to_string()),
                    Err(error) => (State::Failed, error.to_string()),
                    Ok(_) => (State::Failed, "the version before serves still".to_owned()),
                };
                self.not_done(name, Step::Promote, state, error).await.map(Some)
            }
        }
    }

    /// `wrangler pages deploy`. What a Pages project serves is told by its own list.
    pub(super) async fn pages(&self, work: &Work, before: &Base) -> Result<Came, DeployError> {
        let name = &work.service;
        self.begin(name, Step::Deploy, beginning(before)).await?;
        if self.would_be_production(work) {
            let error = "a preview is of a branch other than that of production, and this run is of \
                         none such: it would serve production";
            return self.not_done(name, Step::Deploy, State::Failed, error.to_owned()).await;
        }
        let unlike = match self.service(name).map(|service| pages(self.root, service)) {
            Some(Err(error)) => Some(format!("its files cannot be read: {error}")),
            Some(Ok(built)) => self.unlike_approved(name, built.as_ref()),
            None => None,
        };
        if let Some(error) = unlike {
            return self.not_done(name, Step::Deploy, State::Failed, error).await;
        }
        let ran = self.run_pages(work).await;
        let version = ran.as_ref().ok().and_then(|ran| noted(ran, "pages-deploy", "deployment_id"));
        let failure = failure_of(&ran);
        if self.is_production() {
            // Wrangler ends well also where it could not ascertain the end.
            let late = failure.is_none() || may_come_late(&ran, PAGES_UPLOADED);
            let made = Made { version, code: None, unlike: None, late };
            return self.settled(work, before, failure, made).await;
        }
        // What a preview serves decides nothing, and is told by no list.
        match failure {
            None => {
                let made = version.clone();
                let progress = Progress { cloudflare_deployment: made, ..Progress::default() };
                self.done(name, Step::Deploy, progress).await?;
                Ok(Came::well(version))
            }
            Some(error) => self.not_done(name, Step::Deploy, State::Failed, error).await,
        }
    }
}

/// What a run says it made, as far as it came to say so.
struct Made {
    /// The version; of a Pages project, the deployment.
    version: Option<String>,
    /// What was uploaded.
    code: Option<Code>,
    /// Why it is not what people approved.
    unlike: Option<String>,
    /// Whether it may still come to serve.
    late: bool,
}

fn beginning(before: &Base) -> Progress {
    Progress { state: Some(State::Running), before: Some(before.clone()), ..Progress::default() }
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
