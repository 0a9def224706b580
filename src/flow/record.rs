//! What is written down of a deployment while it runs: every step before it is taken, and after.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::fail_point::{When, reach};
use crate::core::deployment::Marker;
use crate::core::model::Actor;
use crate::core::model::deployment::{
    Deployment, HoldReport, Progress, Start, State, Step, StepReport,
};
use crate::core::model::journal::{Action, Entry, Event, Fence};
use crate::world::store::{EntryFilter, Store, StoreError, new_op};

/// The deployment runs, and goes on. Said with every event, so that one that was closed meanwhile
/// takes no more of them.
const GOING_ON: (Option<State>, Option<State>) = (Some(State::Running), Some(State::Running));

/// How often we try to write something down.
const ATTEMPTS: u32 = 5;

/// How long we wait before we try again the first time.
const PAUSE: Duration = Duration::from_millis(500);

/// The record of one deployment.
#[derive(Clone, Debug)]
pub(super) struct Record {
    store: Store,
    /// Who deploys.
    actor: Actor,
    /// The id of the account.
    account: String,
    /// The environment, as people name it.
    environment: String,
    /// The id of the deployment.
    pub(super) deployment: String,
    /// The lock under which it runs.
    fence: Fence,
}

impl Record {
    pub(super) fn new(
        store: Store,
        actor: Actor,
        (account, environment): (String, String),
        deployment: String,
        fence: Fence,
    ) -> Self {
        Self { store, actor, account, environment, deployment, fence }
    }

    /// The record of another deployment of the environment, under the same lock.
    pub(super) fn of_another(&self, deployment: &str) -> Self {
        Self { deployment: deployment.to_owned(), ..self.clone() }
    }

    /// The mark that Cloudflare's own record gets.
    pub(super) fn marker(&self) -> Marker {
        Marker { deployment: self.deployment.clone(), token: self.fence.token }
    }

    /// What is written down of the deployment so far.
    pub(super) async fn read(&self) -> Result<Option<Deployment>, StoreError> {
        self.store.deployment(&self.deployment).await
    }

    /// The deployment begins.
    pub(super) async fn start(&self, start: &Start) -> Result<(), StoreError> {
        let change = (None, Some(State::Running));
        self.append(Action::DeploymentStarted, None, change, table(start), "").await
    }

    /// Another run goes on with it.
    pub(super) async fn resume(&self, from: State) -> Result<(), StoreError> {
        let change = (Some(from), Some(State::Running));
        self.append(Action::DeploymentResumed, None, change, Map::new(), "").await
    }

    /// A step of a service begins.
    pub(super) async fn begin(
        &self,
        service: &str,
        step: Step,
        progress: Progress,
    ) -> Result<(), StoreError> {
        self.step(Action::StepStarted, service, step, progress, None).await
    }

    /// A step of a service is done.
    pub(super) async fn done(
        &self,
        service: &str,
        step: Step,
        progress: Progress,
    ) -> Result<(), StoreError> {
        self.step(Action::StepDone, service, step, progress, None).await
    }

    /// A step of a service failed.
    pub(super) async fn failed(
        &self,
        service: &str,
        step: Step,
        progress: Progress,
        error: &str,
    ) -> Result<(), StoreError> {
        self.step(Action::StepFailed, service, step, progress, Some(error)).await
    }

    async fn step(
        &self,
        action: Action,
        service: &str,
        step: Step,
        progress: Progress,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let error = error.map(str::to_owned);
        let report = StepReport { step: Some(step), progress, error, ..StepReport::default() };
        self.append(action, Some(service), GOING_ON, table(&report), step.as_str()).await
    }

    /// A service has its outcome.
    pub(super) async fn service(
        &self,
        service: &str,
        progress: Progress,
        error: Option<String>,
    ) -> Result<(), StoreError> {
        let report = StepReport { progress, error, ..StepReport::default() };
        let details = table(&report);
        self.append(Action::ServiceFinished, Some(service), GOING_ON, details, "").await
    }

    /// Somebody else changed what serves.
    pub(super) async fn external(&self, service: &str, what: &str) -> Result<(), StoreError> {
        let details = Map::from_iter([("what".to_owned(), Value::from(what))]);
        self.append(Action::ExternalChange, Some(service), GOING_ON, details, "").await
    }

    /// Something of a service must not come back until somebody says so.
    pub(super) async fn hold(&self, service: &str, what: &HoldReport) -> Result<(), StoreError> {
        self.append(Action::HoldSet, Some(service), (None, None), table(what), "").await
    }

    /// A database was put back to a bookmark.
    pub(super) async fn data(&self, database: &str, bookmark: &str) -> Result<(), StoreError> {
        let said = [("database", database), ("what", "restored"), ("bookmark", bookmark)];
        let details = said.map(|(name, text)| (name.to_owned(), Value::from(text)));
        let details = Map::from_iter(details);
        self.append(Action::DataChanged, None, (None, None), details, "").await
    }

    /// The databases that were put back so far, by id.
    pub(super) async fn restored(&self) -> Result<BTreeSet<String>, StoreError> {
        let filter = EntryFilter {
            deployment: Some(self.deployment.clone()),
            action: Some(Action::DataChanged),
            ..EntryFilter::default()
        };
        let entries = self.store.entries(&filter).await?.into_iter();
        let database =
            |entry: Entry| Some(entry.event.details.get("database")?.as_str()?.to_owned());
        Ok(entries.filter_map(database).collect())
    }

    /// The deployment has its outcome.
    pub(super) async fn finish(
        &self,
        state: State,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let details = reason.map(|reason| ("reason".to_owned(), Value::from(reason)));
        let change = (Some(State::Running), Some(state));
        let details = details.into_iter().collect();
        self.append(Action::DeploymentFinished, None, change, details, "").await
    }

    async fn append(
        &self,
        action: Action,
        service: Option<&str>,
        (from, to): (Option<State>, Option<State>),
        details: Map<String, Value>,
        step: &str,
    ) -> Result<(), StoreError> {
        let event = Event {
            op: new_op(),
            action,
            actor: self.actor.clone(),
            account: self.account.clone(),
            environment: self.environment.clone(),
            deployment: Some(self.deployment.clone()),
            service: service.map(str::to_owned),
            from,
            to,
            fence: Some(self.fence.clone()),
            details,
        };
        let what = format!("journal {} {step}", action.as_str());
        let what = what.trim_end();
        reach(When::Before, what);
        let mut attempt = 1;
        // The same event again: where it was written before, that is what is answered.
        while let Err(error) = self.store.append(&event).await {
            if !error.is_retryable() || attempt == ATTEMPTS {
                return Err(error);
            }
            tokio::time::sleep(PAUSE * attempt).await;
            attempt += 1;
        }
        reach(When::After, what);
        Ok(())
    }
}

/// The details of an event. Plain data always has a JSON form.
fn table(details: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(details) {
        Ok(Value::Object(table)) => table,
        _ => Map::new(),
    }
}
