//! What is on record of the Workers: what the account does not tell of the version that serves.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::core::model::deployment::{Code, Deployment, State};

/// What is on record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// What was uploaded, by version.
    codes: BTreeMap<String, Code>,
    /// What was deployed last, by Worker.
    last: BTreeMap<String, Last>,
    /// How long the last deployments took, by Worker, the newest first.
    took: BTreeMap<String, Vec<Duration>>,
    /// Why nothing of it could be read, in words.
    unread: Option<String>,
}

/// Of how many deployments of a Worker it is remembered how long they took.
const REMEMBERED: usize = 5;

/// What was deployed last of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// The version.
    pub version: String,
    /// The deployment that made it serve.
    pub deployment: String,
}

impl Records {
    /// What deployments tell, the newest first.
    pub fn of(deployments: Vec<Deployment>) -> Self {
        let mut records = Self::default();
        for Deployment { id, services, .. } in deployments {
            for service in services {
                let progress = service.progress;
                let Some(version) = progress.version else { continue };
                if progress.state == Some(State::Succeeded) {
                    let took = records.took.entry(service.planned.worker.clone()).or_default();
                    let millis = progress.took_ms.filter(|_| took.len() < REMEMBERED);
                    took.extend(millis.map(Duration::from_millis));
                    let last = Last { version: version.clone(), deployment: id.clone() };
                    records.last.entry(service.planned.worker).or_insert(last);
                }
                if let Some(code) = progress.code {
                    records.codes.entry(version).or_insert(code);
                }
            }
        }
        records
    }

    /// A record that could not be read, and why, in words.
    pub fn unread(why: String) -> Self {
        Self { unread: Some(why), ..Self::default() }
    }

    /// Why it could not be read.
    pub(super) fn why_unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// What was uploaded as a version.
    pub(super) fn code(&self, version: &str) -> Option<&Code> {
        self.codes.get(version)
    }

    /// How long a Worker takes to be deployed: the median of the last times.
    pub fn takes(&self, worker: &str) -> Option<Duration> {
        let mut took = self.took.get(worker)?.clone();
        took.sort();
        took.get(took.len() / 2).copied()
    }

    /// What was deployed last of a Worker.
    pub(super) fn last(&self, worker: &str) -> Option<&Last> {
        self.last.get(worker)
    }
}
