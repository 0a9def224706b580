//! What live rules look at: a Worker of the configuration, and the one that runs under its name.

use super::{Context, ServiceContext};
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::account::{Account, Worker};
use crate::core::model::{Kind, Severity};

/// A Worker that an environment deploys, in an account whose Workers are known.
#[derive(Clone, Debug)]
pub struct Deployed<'a> {
    /// The environment.
    pub environment: Environment<'a>,
    /// The account that it is deployed to.
    pub account: &'a Account,
    /// The name of the Worker.
    pub name: String,
    /// The Worker as it is live; `None` where it does not exist yet.
    pub live: Option<&'a Worker>,
}

impl<'a> Context<'a> {
    /// The Worker of an environment and what is live under its name. `None` where the environment
    /// was not asked for or deploys none, and where the Workers of its account are not known.
    pub fn deployed(&self, environment: &Environment<'a>) -> Option<Deployed<'a>> {
        let account = self.account(environment).filter(|_| self.asks_for(environment))?;
        let workers = account.workers.known()?;
        let name = environment.worker().filter(|_| environment.service.kind == Kind::Worker)?;
        if name.is_empty() || placeholder(&name).is_some() {
            return None;
        }
        let live = workers.get(&name);
        Some(Deployed { environment: *environment, account, name, live })
    }

    /// How bad it is that something is missing which a deployment of an environment needs. An
    /// environment that looks like one for development and was never deployed may never be.
    pub fn severity_of_missing(&self, environment: &Environment<'a>) -> Severity {
        let deployed = self.deployed(environment);
        let never = deployed.is_some_and(|deployed| deployed.live.is_none());
        match never && may_be_local(environment) {
            true => Severity::Warning,
            false => Severity::Error,
        }
    }
}

impl<'a> ServiceContext<'a> {
    /// The Workers that the environments deploy, where the Workers of their account are known.
    pub fn deployed(&self) -> impl Iterator<Item = Deployed<'a>> {
        self.environments().filter_map(|environment| self.run.deployed(&environment))
    }
}
