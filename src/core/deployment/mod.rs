//! How a plan is carried out: who is deployed when, how, and why so; and what the account tells of
//! it afterwards.
//!
//! Everything here is decided of what was seen. [`course`] makes the steps of a plan, [`outcome`]
//! tells what became of one, [`differences`] what a plan no longer says, and [`Marker`] is what a
//! deployment leaves in Cloudflare's own record.

mod circles;
mod databases;
mod difference;
mod marker;
mod outcome;
mod strategy;
mod triggers;

use std::time::Duration;

pub use databases::Database;
pub use difference::{base_difference, differences, same};
pub use marker::Marker;
pub use outcome::{Outcome, gone_over, outcome};
pub use strategy::{Choice, Wanted, choose, only_direct};
pub use triggers::triggers;

use crate::core::config::clodo_yml::{EnvironmentSettings, Migrations};
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::flags::Passed;
use crate::core::model::account::Share;
use crate::core::plan::{self, Aspect, Basis, Plan, ServicePlan, Sign};

/// What is done, in order: the databases, the waves of services, and where it is declared so the
/// databases after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The environment, as people name it.
    pub environment: String,
    /// The databases to migrate, each once.
    pub databases: Vec<Database>,
    /// When they are.
    pub migrations: Migrations,
    /// The services, wave by wave. Those of a wave go at the same time.
    pub waves: Vec<Vec<Work>>,
    /// New Workers that others need before they can be deployed themselves: they are made empty
    /// first.
    pub stubs: Vec<String>,
    /// The services that are as they would be, and are not deployed.
    pub unchanged: Vec<String>,
    /// How long the services will take, by what is on record of each; `None` where one of them was
    /// never deployed. Databases come on top of it.
    pub takes: Option<Duration>,
}

/// What is done for one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The service.
    pub service: String,
    /// Its configuration: the path from the root.
    pub config: String,
    /// The Worker or Pages project.
    pub worker: String,
    /// The id of its account.
    pub account: String,
    /// How, and why so.
    pub choice: Choice,
    /// What served when the plan was made.
    pub base: Vec<Share>,
    /// Whether routes, domains, crons or other triggers change. `wrangler deploy` sees to them
    /// itself; a staged deployment must.
    pub triggers: bool,
    /// Whether settings change that no version has.
    pub settings: bool,
    /// What it does not do, although people may think so.
    pub cautions: Vec<String>,
}

/// Why nothing is deployed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// No service has the environment.
    #[error("no service has the environment {0:?}: there is nothing to deploy")]
    Nothing(String),
    /// A service cannot be built.
    #[error("{service} cannot be built: {words}")]
    NotBuilt {
        /// The service.
        service: String,
        /// Wrangler's own words.
        words: String,
    },
    /// Wrangler or Cloudflare will refuse it.
    #[error("{service}: {what} will be refused: {why}")]
    Refused {
        /// The service.
        service: String,
        /// What.
        what: String,
        /// Why.
        why: String,
    },
    /// What runs under the name is not known.
    #[error("{service}: {aspect} cannot be compared: {why}")]
    Blind {
        /// The service.
        service: String,
        /// What of it.
        aspect: &'static str,
        /// Why.
        why: String,
    },
    /// Services need each other, some are new, and what is said of who goes first is not enough.
    #[error("{} need each other, and not all of them exist", .services.join(" and "))]
    Circle {
        /// The services.
        services: Vec<String>,
        /// Breaks that are enough, with those that are declared: who goes first, and before whom.
        breaks: Vec<(String, String)>,
    },
    /// A break names a service that is none.
    #[error("`break` names {0}, and no service of this environment has that name")]
    UnknownService(String),
}

impl Obstacle {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Nothing(_) => {
                "name an environment that a configuration has: -e NAME; -e \"\" is \
                                 the top level"
                    .to_owned()
            }
            Self::NotBuilt { .. } => "build it by itself: wrangler deploy --dry-run".to_owned(),
            Self::Refused { .. } => "`clodo plan` shows it; `clodo check` shows where".to_owned(),
            Self::Blind { .. } => {
                "give the token the permission to look; `clodo gaps` names it".to_owned()
            }
            Self::Circle { breaks, .. } => {
                let each = breaks
                    .iter()
                    .map(|(service, before)| format!("{{ service: {service}, before: {before} }}"));
                let breaks = each.collect::<Vec<_>>().join(", ");
                format!("say in clodo.yml which goes first: break: [{breaks}]")
            }
            Self::UnknownService(_) => "use the names that `clodo plan` shows".to_owned(),
        }
    }
}

/// What somebody decided beside the plan.
#[derive(Clone, Copy, Debug)]
pub struct Decisions<'a> {
    /// What `clodo.yml` says of the environment.
    pub settings: &'a EnvironmentSettings,
    /// The flags for Wrangler. What they change no plan tells, so that with them nothing counts as
    /// unchanged.
    pub flags: &'a Passed,
    /// Whether something is to be looked at before a version serves.
    pub checks: bool,
    /// Whether people approve what is deployed.
    pub approved: bool,
}

/// The course of a plan.
///
/// # Errors
/// Where it cannot be carried out as it is. A plan without services is one of them: an empty set
/// must never look like a success.
pub fn course(
    basis: &Basis<'_>,
    plan: &Plan,
    decisions: &Decisions<'_>,
) -> Result<Course, Obstacle> {
    let name = plan.environment.as_deref();
    if plan.services.is_empty() {
        return Err(Obstacle::Nothing(name.unwrap_or_default().to_owned()));
    }
    plan.services.iter().try_for_each(stands_in_the_way)?;
    let order = plan::order_of(basis, name);
    let (waves, stubs) = circles::opened(plan, &order, &decisions.settings.breaks)?;
    let is_unchanged =
        |service: &ServicePlan| decisions.flags.is_empty() && basis.is_unchanged(service);
    let mut environments = Vec::new();
    let mut works = Vec::new();
    for index in waves.iter().flatten() {
        let Some(service) = plan.services.get(*index) else { continue };
        let Some((environment, account)) = found(basis, service, name) else { continue };
        environments.push((environment, account));
        if is_unchanged(service) {
            continue;
        }
        let wanted = Wanted {
            wish: decisions.settings.strategy,
            checks: decisions.checks,
            approved: decisions.approved,
            direct_flag: decisions.flags.only_direct(),
            staged_flag: decisions.flags.only_staged(),
        };
        let choice = choose(basis.workspace, &environment, service, &wanted);
        works.push((*index, work(service, &account.id, choice)));
    }
    let of = |wave: &Vec<usize>| -> Vec<Work> {
        let of_wave = works.iter().filter(|(index, _)| wave.contains(index));
        of_wave.map(|(_, work)| work.clone()).collect()
    };
    let waves: Vec<Vec<Work>> = waves.iter().map(of).filter(|wave| !wave.is_empty()).collect();
    let takes = basis.records.and_then(|records| {
        let of = |work: &Work| records.takes(&work.worker);
        waves.iter().map(|wave| duration(wave.iter().map(of), decisions.settings.jobs)).sum()
    });
    Ok(Course {
        environment: decisions.settings.name.clone(),
        databases: databases::databases(basis.workspace, environments.into_iter()),
        migrations: decisions.settings.migrations,
        stubs,
        waves,
        takes,
        unchanged: plan.services.iter().filter(|s| is_unchanged(s)).map(name_of).collect(),
    })
}

/// How long a wave takes, of which so many go at once: never less than the longest of it.
fn duration(wave: impl Iterator<Item = Option<Duration>>, jobs: usize) -> Option<Duration> {
    let each = wave.collect::<Option<Vec<Duration>>>()?;
    let side_by_side = u32::try_from(jobs.min(each.len()).max(1)).unwrap_or(u32::MAX);
    let together = each.iter().sum::<Duration>() / side_by_side;
    Some(each.into_iter().max().unwrap_or_default().max(together))
}

fn name_of(service: &ServicePlan) -> String {
    service.service.clone()
}

/// The environment of a service's plan, and its account.
fn found<'a>(
    basis: &Basis<'a>,
    service: &ServicePlan,
    name: Option<&str>,
) -> Option<(Environment<'a>, &'a crate::core::model::account::Account)> {
    let environment = Environment::find(basis.workspace, &service.config, name)?;
    Some((environment, basis.snapshot.account(environment.text("account_id"))?))
}

/// What of a service's plan cannot be carried out.
fn stands_in_the_way(service: &ServicePlan) -> Result<(), Obstacle> {
    let name = || service.service.clone();
    if let Some(words) = &service.failure {
        return Err(Obstacle::NotBuilt { service: name(), words: words.clone() });
    }
    if let Some(change) = service.changes.iter().find(|change| change.sign == Sign::Refused) {
        let why = change.note.clone().unwrap_or_default();
        return Err(Obstacle::Refused { service: name(), what: change.name.clone(), why });
    }
    // Without it nobody could tell afterwards what became of the deployment.
    let needed = |aspect| matches!(aspect, Aspect::Worker | Aspect::Traffic | Aspect::D1);
    if let Some(blind) = service.unknown().find(|blind| needed(blind.aspect)) {
        let (aspect, why) = (blind.aspect.as_str(), blind.why.clone());
        return Err(Obstacle::Blind { service: name(), aspect, why });
    }
    Ok(())
}

fn work(service: &ServicePlan, account: &str, choice: Choice) -> Work {
    let changes = |aspects: &[Aspect]| {
        let touched = |change: &plan::Change| aspects.contains(&change.aspect);
        service.changes.iter().any(|change| touched(change) && change.is_effective())
            || service.unknown().any(|blind| aspects.contains(&blind.aspect))
    };
    Work {
        service: service.service.clone(),
        config: service.config.clone(),
        worker: service.worker.clone(),
        account: account.to_owned(),
        choice,
        base: service.base.clone(),
        triggers: changes(&[
            Aspect::Routes,
            Aspect::Domains,
            Aspect::WorkersDev,
            Aspect::Crons,
            Aspect::Consumers,
            Aspect::Workflows,
        ]),
        settings: changes(&[Aspect::Settings]),
        cautions: service.cautions.clone(),
    }
}
