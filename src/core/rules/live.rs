//! What live rules look at: a Worker of the configuration, and the one that runs under its name.

use super::{Context, ServiceContext};
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::account::{
    Account, Deployment, DurableObjectNamespace, Settings, Token, Worker,
};
use crate::core::model::{Kind, Severity, Value};

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

impl<'a> Deployed<'a> {
    /// The settings of the live Worker, where they are known.
    pub fn settings(&self) -> Option<&'a Settings> {
        self.live?.settings.known()
    }

    /// The deployments of the live Worker, the active one first, where they are known.
    pub fn deployments(&self) -> Option<&'a [Deployment]> {
        self.live?.deployments.known().map(Vec::as_slice)
    }

    /// The namespace of a Durable Object class of this Worker.
    pub fn namespace(&self, class: &str) -> Option<&'a DurableObjectNamespace> {
        let mut namespaces = self.account.durable_objects.known()?.iter();
        namespaces.find(|namespace| namespace.script == self.name && namespace.class == class)
    }

    /// Whether a deployment keeps the live binding of this kind and name, as it does for one whose
    /// configuration does not say what it is bound to (`canInherit`, cli.js:178699). `None` where
    /// that is not known.
    pub fn keeps(&self, kind: &str, name: &str) -> Option<bool> {
        let Some(live) = self.live else { return Some(false) };
        let mut bindings = live.settings.known()?.bindings.iter();
        Some(bindings.any(|binding| binding.kind == kind && binding.name == name))
    }
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

    /// The accounts that were looked at.
    pub fn accounts(&self) -> impl Iterator<Item = &'a Account> + use<'a> {
        self.snapshot.into_iter().flat_map(|snapshot| &snapshot.accounts)
    }

    /// The tokens that looked. One that looked at several accounts comes several times, and says
    /// the same each time.
    pub fn tokens(&self) -> impl Iterator<Item = &'a Token> + use<'a> {
        self.accounts().filter_map(|account| account.token.known())
    }

    /// Whether the live Worker of an environment has a Durable Object class, by the account's list
    /// of namespaces.
    pub fn has_class(&self, environment: &Environment<'a>, class: &str) -> bool {
        self.deployed(environment).is_some_and(|worker| worker.namespace(class).is_some())
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

/// The secrets that an environment says it needs and has no variable for, with their places.
pub(super) fn required_secrets<'a>(environment: &Environment<'a>) -> Vec<(&'a Value, &'a str)> {
    let list = environment.get("secrets").and_then(|secrets| secrets.value().get("required"));
    let names = list.map(Value::items).unwrap_or_default().iter();
    let named = names.filter_map(|value| Some((value, value.as_str()?)));
    let variables = environment.get("vars");
    let is_variable =
        |name: &str| variables.is_some_and(|variables| variables.value().get(name).is_some());
    named.filter(|(_, name)| !name.is_empty() && !is_variable(name)).collect()
}
