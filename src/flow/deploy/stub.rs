//! Empty Workers, made where services need each other and none of them exists: a binding leads only
//! to what is there. Where the deployment fails before the service itself takes its place, the empty
//! Worker is deleted again, if it is still what was made.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;

use super::fail_point::{When, reach};
use super::looking::serving;
use super::resume::is_begun_empty;
use super::strategies::failure_of;
use super::{DeployError, Stage};
use crate::core::deployment::Work;
use crate::core::model::account::Deployment;
use crate::core::model::deployment::{DeployedService, Progress, State, Step};
use crate::world::cloudflare::CloudflareError;
use crate::world::store::StoreError;

/// What answers until the service itself is deployed, in the same deployment.
const EMPTY: &str = "export default {\n  fetch() {\n    return new Response(\"This Worker is being \
                     deployed.\\n\", { status: 503 });\n  },\n};\n";

/// A date that every Wrangler knows; the service brings its own.
const COMPATIBILITY_DATE: &str = "2024-01-01";

impl Stage<'_> {
    /// Makes the empty Workers of the course, and sees to those that a run that was killed had begun.
    /// `Some`: why one could not be made.
    pub(super) async fn make_stubs(&self) -> Result<Option<String>, DeployError> {
        let names: BTreeSet<&String> =
            self.course.stubs.iter().chain(self.resumed.begun_empty()).collect();
        for name in names {
            let works = self.course.waves.iter().flatten();
            let Some(work) = works.into_iter().find(|work| work.service == *name) else { continue };
            let found = self.client.active_deployment(&self.account.id, &work.worker).await?;
            let error = match &found {
                None => self.make_stub(work).await?,
                Some(active) => {
                    let stub = self.marked(&work.worker, active).await;
                    if stub.is_some() {
                        self.done(name, Step::Stub, made(stub)).await?;
                    }
                    None
                }
            };
            if error.is_some() {
                return Ok(error);
            }
        }
        Ok(None)
    }

    /// Makes an empty Worker. `Some`: why it could not be made.
    async fn make_stub(&self, work: &Work) -> Result<Option<String>, DeployError> {
        let name = &work.service;
        let running = Progress { state: Some(State::Running), ..Progress::default() };
        self.begin(name, Step::Stub, running).await?;
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("stub.mjs"), EMPTY)?;
        let mut arguments: Vec<OsString> = ["deploy", "stub.mjs"].map(OsString::from).into();
        arguments.push(format!("--name={}", work.worker).into());
        arguments.push(format!("--compatibility-date={COMPATIBILITY_DATE}").into());
        arguments.push(format!("--message={}", self.message()).into());
        let ran = self.run_at(name, folder.path(), arguments).await;
        // Whatever Wrangler says: the account tells what there is.
        let active = self.client.active_deployment(&self.account.id, &work.worker).await?;
        let stub = match &active {
            Some(active) => self.marked(&work.worker, active).await,
            None => None,
        };
        let Some(failure) = failure_of(&ran) else {
            self.done(name, Step::Stub, made(stub)).await?;
            return Ok(None);
        };
        let error = format!("{name} could not be made empty first: {failure}");
        self.failed(name, Step::Stub, made(stub), &error).await?;
        Ok(Some(error))
    }

    /// Whether what serves of a service is the empty Worker that this deployment made of it.
    pub(super) async fn is_stub(
        &self,
        service: &str,
        active: Option<&Deployment>,
    ) -> Result<bool, StoreError> {
        if self.course.stubs.is_empty() && self.resumed.0.is_none() {
            return Ok(false);
        }
        let recorded = self.record.read().await?;
        let services = recorded.iter().flat_map(|recorded| &recorded.services);
        let stub = services
            .filter(|one| one.planned.service == service)
            .find_map(|one| one.progress.stub.clone());
        Ok(stub.is_some() && active.and_then(serving) == stub)
    }

    /// Deletes the empty Workers of which nothing took the place. Gives those that are still there,
    /// each with what to do about it.
    pub(super) async fn remove_stubs(&self) -> Result<Vec<String>, DeployError> {
        let recorded = self.record.read().await?;
        let mut left = Vec::new();
        for one in recorded.iter().flat_map(|recorded| &recorded.services) {
            if one.progress.stub.is_some() || is_begun_empty(one) {
                left.extend(self.remove_stub(one).await?);
            }
        }
        Ok(left)
    }

    /// Deletes an empty Worker, if it still is. `Some`: it is there, and what to do about it.
    async fn remove_stub(&self, one: &DeployedService) -> Result<Option<String>, DeployError> {
        let (name, worker) = (&one.planned.service, &one.planned.worker);
        let stays = |why: &str| {
            format!(
                "the empty Worker {worker} is still there ({why}): wrangler delete --name {worker}"
            )
        };
        let others = match self.beside_stub(one).await {
            Ok(Some(others)) => others,
            Ok(None) => return Ok(None),
            Err(error) => return Ok(Some(stays(&error.in_brief()))),
        };
        if others > 0 {
            return Ok(Some(stays("something else was uploaded to it since")));
        }
        self.begin(name, Step::Remove, Progress::default()).await?;
        reach(When::Before, "cloudflare remove");
        let deleted = self.client.delete_worker(&self.account.id, worker).await;
        reach(When::After, "cloudflare remove");
        let is_gone = match &deleted {
            Ok(()) => true,
            // An answer can be lost.
            Err(_) => {
                let active = self.client.active_deployment(&self.account.id, worker).await;
                active.is_ok_and(|active| active.is_none())
            }
        };
        match deleted {
            Err(error) if !is_gone => {
                let error = stays(&error.in_brief());
                self.failed(name, Step::Remove, Progress::default(), &error).await?;
                Ok(Some(error))
            }
            _ => {
                self.done(name, Step::Remove, Progress::default()).await?;
                Ok(None)
            }
        }
    }

    /// How many versions there are beside that of the empty Worker of a service; `None` where it
    /// does not serve any more, or never did.
    async fn beside_stub(&self, one: &DeployedService) -> Result<Option<usize>, CloudflareError> {
        let (account, worker) = (&self.account.id, &one.planned.worker);
        let Some(active) = self.client.active_deployment(account, worker).await? else {
            return Ok(None);
        };
        let stub = match &one.progress.stub {
            Some(stub) => Some(stub.clone()),
            None => self.marked(worker, &active).await,
        };
        if stub.is_none() || serving(&active) != stub {
            return Ok(None);
        }
        let versions = self.client.versions(account, worker).await?;
        Ok(Some(versions.iter().filter(|version| Some(&version.id) != stub.as_ref()).count()))
    }
}

/// What is written down of an empty Worker.
fn made(stub: Option<String>) -> Progress {
    Progress { stub, ..Progress::default() }
}
