//! What is compared: an environment of a service, and the Worker that is live under its name.

use crate::core::config::wrangler::{Environment, Fleet};
use crate::core::model::Workspace;
use crate::core::model::account::{Account, Snapshot, Worker};

/// A Worker of the plan.
#[derive(Clone, Debug)]
pub(super) struct Target<'a> {
    /// What was read.
    pub(super) workspace: &'a Workspace,
    /// The Workers of the repository.
    pub(super) fleet: &'a Fleet<'a>,
    /// The environment.
    pub(super) environment: Environment<'a>,
    /// The name of the Worker.
    pub(super) worker: String,
    /// Its account, where somebody looked at that.
    pub(super) account: Option<&'a Account>,
}

/// What is known of a Worker in its account.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing<'a> {
    /// It runs.
    Live(&'a Account, &'a Worker),
    /// There is none of its name.
    New(&'a Account),
    /// Nobody can tell.
    Unknown,
}

impl<'a> Target<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        fleet: &'a Fleet<'a>,
        snapshot: &'a Snapshot,
        environment: Environment<'a>,
    ) -> Option<Self> {
        let worker = environment.worker().filter(|name| !name.is_empty())?;
        let account = snapshot.account(environment.text("account_id"));
        Some(Self { workspace, fleet, environment, worker, account })
    }

    /// What is known of the Worker.
    pub(super) fn standing(&self) -> Standing<'a> {
        let Some(account) = self.account else { return Standing::Unknown };
        match account.workers.known() {
            Some(workers) => match workers.get(&self.worker) {
                Some(worker) => Standing::Live(account, worker),
                None => Standing::New(account),
            },
            None => Standing::Unknown,
        }
    }

    /// The name that people know the service by.
    pub(super) fn service(&self) -> &'a str {
        &self.environment.service.name
    }
}
