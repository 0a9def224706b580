//! What Wrangler is asked to do, and with which flags.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::fail_point::{When, reach};
use super::{News, Stage};
use crate::core::config::wrangler::flags::DeployCommand;
use crate::core::deployment::{Database, Work};
use crate::core::model::Service;
use crate::core::plan::Built;
use crate::flow::builds::judge;
use crate::world::wrangler::{Access, Call, Following, Line, Output, Ran, WranglerError};

/// How long one run of Wrangler may take: as long as a large build and its upload do.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// A run that built something, and what that was.
#[derive(Debug)]
pub(super) struct Uploaded {
    /// How it ended.
    pub(super) ran: Ran,
    /// What was built; `None` where Wrangler left nothing, or nothing that can be read.
    pub(super) built: Option<Built>,
}

impl Stage<'_> {
    /// `wrangler deploy`: upload, serve, and set up triggers.
    pub(super) async fn run_deploy(&self, work: &Work) -> Result<Uploaded, WranglerError> {
        self.upload(work, &["deploy"], DeployCommand::Deploy).await
    }

    /// `wrangler versions upload`: a version that gets no requests.
    pub(super) async fn run_upload(&self, work: &Work) -> Result<Uploaded, WranglerError> {
        self.upload(work, &["versions", "upload"], DeployCommand::VersionsUpload).await
    }

    /// `wrangler triggers deploy`: routes, custom domains, crons, consumers.
    pub(super) async fn run_triggers(&self, work: &Work) -> Result<Ran, WranglerError> {
        let mut arguments = words(&["triggers", "deploy"]);
        arguments.extend(self.flags.for_command(DeployCommand::TriggersDeploy));
        self.run(&work.service, &work.config, arguments).await
    }

    /// `wrangler d1 migrations apply`: the files that have not run.
    pub(super) async fn run_migrations(&self, database: &Database) -> Result<Ran, WranglerError> {
        let config = self.config_of(&database.service).unwrap_or_default();
        let arguments = words(&["d1", "migrations", "apply", &database.binding, "--remote"]);
        self.run(&database.service, &config, arguments).await
    }

    /// `wrangler pages deploy`: the files of a Pages project, under its production branch where the
    /// top level is deployed.
    pub(super) async fn run_pages(&self, work: &Work) -> Result<Ran, WranglerError> {
        let mut arguments = words(&["pages", "deploy"]);
        let branch = self.pages_branch(work);
        arguments.extend(branch.map(|branch| format!("--branch={branch}").into()));
        let head = self.cause.commit.as_deref();
        arguments.extend(head.map(|commit| format!("--commit-hash={commit}").into()));
        arguments.push(format!("--commit-message={}", self.message()).into());
        self.run_in(&work.service, arguments).await
    }

    /// Uploads a Worker. What Wrangler built is looked at afterwards: it is exactly what it uploaded.
    async fn upload(
        &self,
        work: &Work,
        command: &[&str],
        flags: DeployCommand,
    ) -> Result<Uploaded, WranglerError> {
        let output = tempfile::tempdir()?;
        let mut arguments = words(command);
        arguments.push("--outdir".into());
        arguments.push(output.path().into());
        arguments.push(format!("--message={}", self.message()).into());
        if !self.settings.allow_create {
            // What is not there is an error, and never an empty new database.
            arguments.extend(words(&["--x-provision=false", "--x-auto-create=false"]));
        }
        arguments.extend(self.flags.for_command(flags));
        let ran = self.run(&work.service, &work.config, arguments).await?;
        let output = Output::of(ran, output.path())?;
        let environment = self.wrangler_environment;
        let built = judge(self.root, self.workspace, environment, &work.config, &output).ok();
        Ok(Uploaded { ran: output.ran, built })
    }

    /// Runs Wrangler with the configuration and the environment of a service.
    async fn run(
        &self,
        service: &str,
        config: &str,
        mut arguments: Vec<OsString>,
    ) -> Result<Ran, WranglerError> {
        arguments.push("--config".into());
        arguments.push(self.root.join(config).into());
        // A generated configuration knows one environment, and a simple one has none.
        let chooses = |one: &Service| one.redirect.is_none() && !one.environments.is_empty();
        if self.service(service).is_some_and(chooses) {
            let name = self.wrangler_environment.unwrap_or_default();
            arguments.push(format!("--env={name}").into());
        }
        self.run_in(service, arguments).await
    }

    /// Runs Wrangler in the folder of a service.
    async fn run_in(&self, service: &str, arguments: Vec<OsString>) -> Result<Ran, WranglerError> {
        let folder = self.service(service).map(|one| self.root.join(&*one.folder));
        self.run_at(service, &folder.unwrap_or_else(|| self.root.to_owned()), arguments).await
    }

    /// Runs the Wrangler of a service in a folder.
    pub(super) async fn run_at(
        &self,
        service: &str,
        folder: &Path,
        arguments: Vec<OsString>,
    ) -> Result<Ran, WranglerError> {
        let what = format!("wrangler {}", shown(&arguments));
        let mut variables = self.cache.variables();
        variables.push((ACCOUNT.to_owned(), OsString::from(&self.account.id)));
        let call = Call { folder, arguments, access: Access::Account, variables, timeout: LIMIT };
        let lines = |line: Line<'_>| (self.tools.tell)(News::Line(service, line));
        let following = Following { lines: &lines, interrupt: self.interrupt.clone() };
        let home = self.service(service).map(|one| self.root.join(&*one.folder));
        let wrangler = (self.tools.wrangler)(home.as_deref().unwrap_or(folder))?;
        reach(When::Before, &what);
        let ran = wrangler.follow(&call, &following).await;
        reach(When::After, &what);
        ran
    }

    /// The branch under which a Pages project is deployed: the project's own production branch for
    /// the top level and `production`, else the branch of this run.
    fn pages_branch(&self, work: &Work) -> Option<String> {
        let project = self.pages_project(work)?;
        match self.is_production() {
            true => Some(project.production_branch.clone()),
            false => self.cause.branch.clone(),
        }
    }

    fn config_of(&self, name: &str) -> Option<String> {
        let service = self.service(name)?;
        Some(self.workspace.file(service.config.file).path.clone())
    }
}

/// The variable by which Wrangler gets the account: the one that was looked at.
const ACCOUNT: &str = "CLOUDFLARE_ACCOUNT_ID";

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// The words of a command, without what follows.
fn shown(arguments: &[OsString]) -> String {
    let words = arguments.iter().filter_map(|word| word.to_str());
    words.take_while(|word| !word.starts_with('-')).take(2).collect::<Vec<_>>().join(" ")
}
