//! What the steps of a deployment share.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use super::gate::Entry;
use super::resume::Resumed;
use super::{DeployError, News, Tools};
use crate::core::config::clodo_yml::EnvironmentSettings;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::flags::Passed;
use crate::core::deployment::{Course, Work};
use crate::core::model::account::{Account, Deployment, PagesProject};
use crate::core::model::context::short;
use crate::core::model::deployment::{Cause, Deployment as Recorded, Progress, Step, Strategy};
use crate::core::model::{Service, Workspace};
use crate::flow::gate::Judgement;
use crate::flow::record::Record;
use crate::world::cloudflare::Cloudflare;
use crate::world::probe::Prober;
use crate::world::store::Held;
use crate::world::wrangler::{CompileCache, Interrupt};

/// Everything that the steps of a deployment need.
pub(super) struct Stage<'a> {
    pub(super) root: &'a Path,
    pub(super) workspace: &'a Workspace,
    /// The account, as it was before.
    pub(super) account: &'a Account,
    /// Wrangler's name of the environment.
    pub(super) wrangler_environment: Option<&'a str>,
    pub(super) settings: &'a EnvironmentSettings,
    pub(super) client: &'a Cloudflare,
    pub(super) course: &'a Course,
    pub(super) tools: Tools<'a>,
    pub(super) interrupt: Interrupt,
    pub(super) flags: &'a Passed,
    /// The gate through which it goes.
    pub(super) entry: &'a Entry<'a>,
    /// What the gate said when it let it through.
    pub(super) admitted: Option<Judgement>,
    pub(super) cause: &'a Cause,
    pub(super) record: Record,
    pub(super) held: &'a Held,
    pub(super) resumed: Resumed,
    /// What served when the lock had been taken, by service.
    pub(super) seen: BTreeMap<String, Seen>,
    /// What the runs of Wrangler share.
    pub(super) cache: CompileCache,
    /// What makes the checks; none where there are none.
    pub(super) prober: Option<Prober>,
    pub(super) variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// What served of a Worker at a moment.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// When it was asked for.
    pub(super) at: Instant,
    /// The active deployment; `None` where there is none.
    pub(super) active: Option<Deployment>,
}

impl Stage<'_> {
    /// A service by its name.
    pub(super) fn service(&self, name: &str) -> Option<&Service> {
        self.workspace.services.iter().find(|service| &*service.name == name)
    }

    /// A Pages project, as it was before.
    pub(super) fn pages_project(&self, work: &Work) -> Option<&PagesProject> {
        let mut projects = self.account.pages_projects.known()?.iter();
        projects.find(|project| project.name == work.worker)
    }

    /// Whether Wrangler would make production of what is to be a preview: it does so for the
    /// production branch, and where no branch is known (cli.js:303425).
    pub(super) fn would_be_production(&self, work: &Work) -> bool {
        let production = self.pages_project(work).map(|project| &project.production_branch);
        let branch = self.cause.branch.as_ref();
        !self.is_production() && (branch.is_none() || branch == production)
    }

    /// Whether a Pages project is deployed as production, and not as a preview.
    pub(super) fn is_production(&self) -> bool {
        matches!(self.wrangler_environment, None | Some("production"))
    }

    /// Whether what is deployed so is a preview: nothing of it decides what serves, and it is never
    /// put back.
    pub(super) fn is_preview(&self, strategy: Strategy) -> bool {
        strategy == Strategy::Pages && !self.is_production()
    }

    /// What the configuration of a service says of the environment that is deployed.
    pub(super) fn configured(&self, work: &Work) -> Option<Environment<'_>> {
        let service = self.service(&work.service)?;
        Environment::all(service).find(|one| one.name == self.wrangler_environment)
    }

    /// The bookmarks that were noted.
    pub(super) async fn bookmarks(&self) -> Result<BTreeMap<String, String>, DeployError> {
        let found = self.record.read().await?;
        let services = found.into_iter().flat_map(|found: Recorded| found.services);
        Ok(services.flat_map(|service| service.progress.bookmarks).collect())
    }

    /// What Cloudflare's own record says of what this deployment made.
    pub(super) fn message(&self) -> String {
        let commit = self.cause.commit.as_deref().map(short);
        let branch = self.cause.branch.as_deref();
        let given = self.flags.message.as_deref();
        let words: Vec<&str> = commit.into_iter().chain(branch).chain(given).collect();
        self.record.marker().message(&words.join(" "))
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

    /// Ends a step that did not.
    pub(super) async fn failed(
        &self,
        name: &str,
        step: Step,
        progress: Progress,
        error: &str,
    ) -> Result<(), DeployError> {
        self.record.failed(name, step, progress, error).await?;
        (self.tools.tell)(News::Failed { service: name, step, error });
        Ok(())
    }
}
