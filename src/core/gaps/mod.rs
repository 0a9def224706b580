//! What a deployment needs, environment by environment: what the files provide, what they lack,
//! and what only the account can tell, where somebody looked at it.

mod capabilities;
mod creation;
mod permissions;
mod presence;
mod render;
mod resource;
mod state;

use rayon::prelude::*;

use crate::core::config::wrangler::Environment;
use crate::core::model::account::Snapshot;
use crate::core::model::{Gap, Service, Workspace};

pub use creation::{Lacks, UnknownId, lacks};
pub use permissions::{Permission, reads, token_link};
pub use render::{json, markdown, text};
pub use resource::{Creation, Resource, Write};

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The files lack it, or the account does.
    Missing,
    /// The files name it; whether it exists only the account can tell, and that was not seen.
    Unknown,
    /// It is there: the files are all it needs, or the account has it.
    Present,
}

impl State {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::Present => "present",
        }
    }
}

/// Something that an environment needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What: `d1_databases:DB`, `secrets:STRIPE_KEY`, `routes:example.com/*`.
    pub capability: String,
    /// What people call it: `D1 Database DB`.
    pub title: String,
    /// Whether it is there.
    pub state: State,
    /// The command or link that provides it; empty where it is present.
    pub close: String,
}

/// What one environment needs.
#[derive(Clone, Debug)]
pub struct EnvironmentNeeds {
    /// The environment; `None` is the top level.
    pub name: Option<String>,
    /// The Worker or Pages project.
    pub worker: String,
    /// Whether the account that it is deployed to was looked at.
    pub live: bool,
    /// What it needs.
    pub needs: Vec<Need>,
    /// What the token must be allowed to do.
    pub permissions: Vec<Permission>,
}

/// What one service needs.
#[derive(Clone, Debug)]
pub struct ServiceNeeds {
    /// The service's name.
    pub service: String,
    /// Its configuration.
    pub config: String,
    /// Its environments. A top level that binds nothing beside environments that do stands among
    /// them only if it was asked for: it holds what they share.
    pub environments: Vec<EnvironmentNeeds>,
}

/// What the services of a workspace need. `asked` names environments (`""` is the top level);
/// empty for all. With a picture of the account what only it can tell is decided. `state` is the
/// name of the D1 database for clodo's state, where `clodo.yml` names one.
pub fn needs(
    workspace: &Workspace,
    asked: &[String],
    snapshot: Option<&Snapshot>,
    state: Option<&str>,
) -> Vec<ServiceNeeds> {
    let shared = state.map(|name| state::need(name, snapshot));
    let of = |service: &Service| ServiceNeeds {
        service: service.name.to_string(),
        config: workspace.file(service.config.file).path.clone(),
        environments: environments(service, asked, snapshot, shared.as_ref()),
    };
    let all = workspace.services.par_iter().map(of);
    all.filter(|service| !service.environments.is_empty()).collect()
}

fn environments(
    service: &Service,
    asked: &[String],
    snapshot: Option<&Snapshot>,
    shared: Option<&Need>,
) -> Vec<EnvironmentNeeds> {
    let all: Vec<Environment<'_>> = Environment::all(service).collect();
    let needs = |environment: &Environment<'_>| {
        let account = snapshot.and_then(|one| one.account(environment.text("account_id")));
        let mut needs = capabilities::of(environment, &all, account);
        needs.extend(shared.cloned());
        EnvironmentNeeds {
            name: environment.name.map(str::to_owned),
            worker: environment.worker().unwrap_or_else(|| service.name.to_string()),
            live: account.is_some(),
            needs,
            permissions: permissions::of(environment, shared.is_some()),
        }
    };
    wanted(service, asked).iter().map(needs).collect()
}

/// The environments that are asked for; all, where none is. A top level that binds nothing beside
/// environments that do is not one that is deployed.
fn wanted<'a>(service: &'a Service, asked: &[String]) -> Vec<Environment<'a>> {
    let all: Vec<Environment<'_>> = Environment::all(service).collect();
    let bare = |environment: &Environment<'_>| {
        environment.is_top()
            && environment.bindings().is_empty()
            && all.iter().any(|sibling| !sibling.bindings().is_empty())
    };
    let wanted = |environment: &&Environment<'_>| {
        let name = environment.name.unwrap_or("");
        if asked.is_empty() { !bare(environment) } else { asked.iter().any(|asked| asked == name) }
    };
    all.iter().filter(wanted).copied().collect()
}

/// The needs that are not met, for a report.
pub fn open(services: &[ServiceNeeds]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for service in services {
        for environment in &service.environments {
            for need in environment.needs.iter().filter(|need| need.state == State::Missing) {
                gaps.push(Gap {
                    service: service.service.clone(),
                    capability: need.capability.clone(),
                    environment: environment.name.clone(),
                    state: need.state.as_str(),
                    close: need.close.clone(),
                });
            }
        }
    }
    gaps
}

/// ` --env NAME` for a command, or nothing for the top level.
pub fn env_flag(environment: &Environment<'_>) -> String {
    environment.name.map(|name| format!(" --env {}", word(name))).unwrap_or_default()
}

/// A word for a shell: as it is where it is plain, quoted where it is not.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
