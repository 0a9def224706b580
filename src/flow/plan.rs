//! `clodo plan` and `clodo drift`: read the project, look at the account, build, and compare.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use futures_util::future::join_all;

pub use super::builds::Progress;
use super::builds::build;
use super::environments::{Resolved, resolve};
use super::gate::{GateError, Ground, guard, precedent};
use super::project::{Project, ProjectError, Request};
use super::state;
use crate::core::comparison::versions;
use crate::core::config::wrangler::Environment;
use crate::core::model::Workspace;
use crate::core::plan::{
    self, Aspect, Basis, Blind, Bound, Drift, Moved, Plan, Records, ServiceDrift,
};
use crate::world::cloudflare::Cloudflare;
use crate::world::http::block_on;
use crate::world::store::StoreError;
use crate::world::wrangler::{Wrangler, WranglerError};

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The project cannot be looked at.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Nobody looked at the account.
    #[error("a plan needs to know what is live, and nobody looked at the account")]
    NoAccount,
    /// There are several environments, and none was chosen.
    #[error("there are several environments: {0}")]
    NotChosen(String),
    /// No service has the environment.
    #[error("no service has the environment {0}")]
    NoSuchEnvironment(String),
    /// Wrangler does not run.
    #[error(transparent)]
    Wrangler(#[from] WranglerError),
    /// The system gives no queue for events.
    #[error("the system gives no queue for events: {0}")]
    Io(#[from] io::Error),
}

impl PlanError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::NoAccount => {
                "set CLOUDFLARE_API_TOKEN, or use a saved picture: --account FILE".to_owned()
            }
            Self::NotChosen(_) => "choose one: -e NAME; -e \"\" is the top level".to_owned(),
            Self::NoSuchEnvironment(_) => {
                "name one of the configurations' `env`; -e \"\" is the top level".to_owned()
            }
            Self::Wrangler(error) => error.hint().to_owned(),
            Self::Io(_) => "try again".to_owned(),
        }
    }
}

/// How to build.
pub struct Building<'a> {
    /// The Wrangler of a service's folder.
    pub wrangler: &'a dyn Fn(&Path) -> Result<Wrangler, WranglerError>,
    /// Whom to tell how far it is.
    pub progress: &'a dyn Fn(Progress<'_>),
}

/// A plan, and whether people could approve it.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Why it cannot be told whether people have to approve it. It is bound to nothing then, and the
    /// gate shows another hash.
    pub unbound: Option<GateError>,
}

/// What the deployment of an environment would change. Without `building`, code and assets are left
/// out. Where people approve it, it is bound to what `ground` tells, as the gate shows it; without it, it is
/// bound to nothing.
///
/// # Errors
/// Where there is nothing to plan, nobody looked at the account, or Wrangler cannot be run. A gate
/// that cannot be asked is none: who only wants to know what would change deploys nothing.
pub fn plan(
    request: &Request,
    building: Option<&Building<'_>>,
    ground: Option<Ground<'_>>,
) -> Result<Planned, PlanError> {
    let Resolved { request, environments } = resolve(request)?;
    let mut project = Project::read(&request)?;
    let environment = chosen(&request, &project.workspace)?;
    let name = environments.first().map_or(&environment, |declared| &declared.name);
    let (bound, unbound) = match ground.map(|ground| bound(&request, &project, ground, name)) {
        None => (None, None),
        Some(asked) => match asked? {
            Ok(bound) => (bound, None),
            Err(error) => (None, Some(error)),
        },
    };
    let plan = plan_in(&request, &mut project, &environment, building, bound.as_ref())?;
    Ok(Planned { plan, unbound })
}

/// What the plan of an environment is bound to, where people approve it.
fn bound(
    request: &Request,
    project: &Project,
    ground: Ground<'_>,
    environment: &str,
) -> io::Result<Result<Option<Bound>, GateError>> {
    let accounts = project.snapshot.as_ref().map(|snapshot| snapshot.accounts.as_slice());
    let before = async {
        let Some([account]) = accounts else { return Ok(None) };
        let live = request.live.as_ref();
        match state::open_existing(&request.root, &project.settings, live).await? {
            Some(store) => precedent(&store, &account.id, environment).await,
            None => Ok(None),
        }
    };
    let bound = async {
        let before = before.await.map_err(GateError::from)?;
        let guard = guard(ground, environment, before.as_ref()).await?;
        Ok::<_, GateError>(guard.bound().cloned())
    };
    block_on(bound)
}

/// The plans of the environments that were asked for; else of all that have a name, and of the top
/// level where there is no other. They are bound to nothing.
///
/// # Errors
/// As of [`plan()`]; the first that cannot be made ends it.
pub fn plans(request: &Request, building: Option<&Building<'_>>) -> Result<Vec<Plan>, PlanError> {
    let mut project = Project::read(request)?;
    let names: BTreeSet<String> = match request.environments.as_slice() {
        [] => {
            let all = project.workspace.services.iter().flat_map(|service| &service.environments);
            all.map(|name| name.to_string()).collect()
        }
        asked => asked.iter().cloned().collect(),
    };
    let names = if names.is_empty() { BTreeSet::from([String::new()]) } else { names };
    names.iter().map(|name| plan_in(request, &mut project, name, building, None)).collect()
}

fn plan_in(
    request: &Request,
    project: &mut Project,
    environment: &str,
    building: Option<&Building<'_>>,
    bound: Option<&Bound>,
) -> Result<Plan, PlanError> {
    if project.snapshot.is_none() {
        return Err(PlanError::NoAccount);
    }
    let builds = match building {
        Some(Building { wrangler, progress }) => {
            let name = Some(environment).filter(|name| !name.is_empty());
            let building =
                build(request, &mut project.workspace, name, &|_| true, *wrangler, *progress);
            Some(block_on(building)??)
        }
        None => None,
    };
    let snapshot = project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    let records = records(request, project);
    let (workspace, records) = (&project.workspace, records.as_ref());
    let basis = Basis { workspace, snapshot, builds: builds.as_ref(), records, bound };
    Ok(plan::plan(&basis, environment))
}

/// What is on record of the account, or why that cannot be read: a plan then says of code that nobody
/// can tell. `None` where nothing is recorded.
fn records(request: &Request, project: &Project) -> Option<Records> {
    let [account] = project.snapshot.as_ref()?.accounts.as_slice() else { return None };
    let reading = async {
        let live = request.live.as_ref();
        match state::open_existing(&request.root, &project.settings, live).await? {
            Some(store) => state::records(&store, &account.id).await.map(Some),
            None => Ok(None),
        }
    };
    let read = block_on(reading).map_err(|error| error.to_string());
    let read = read.and_then(|read| read.map_err(|error: StoreError| error.to_string()));
    read.unwrap_or_else(|why| Some(Records::unread(why)))
}

/// What runs otherwise than the configurations of an environment say.
///
/// # Errors
/// Where there is nothing to compare, or nobody looked at the account.
pub fn drift(request: &Request) -> Result<Drift, PlanError> {
    let request = &resolve(request)?.request;
    let project = Project::read(request)?;
    let environment = chosen(request, &project.workspace)?;
    let snapshot = project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    let records = records(request, &project);
    let (workspace, records) = (&project.workspace, records.as_ref());
    let basis = Basis { workspace, snapshot, builds: None, records, bound: None };
    let mut drift = plan::drift(&basis, &environment);
    if let (Some(live), [account]) = (&request.live, snapshot.accounts.as_slice()) {
        block_on(look_into(&live.client, &account.id, &mut drift.services))?;
    }
    Ok(drift)
}

/// Looks into the versions that serve in place of those on record.
async fn look_into(client: &Cloudflare, account: &str, services: &mut [ServiceDrift]) {
    join_all(services.iter_mut().map(async |service| {
        let Some(Moved { recorded, live }) = service.moved.clone() else { return };
        let of = |version: String| {
            let worker = service.worker.clone();
            async move { client.version(account, &worker, &version).await }
        };
        match tokio::join!(of(recorded), of(live)) {
            (Ok(recorded), Ok(live)) => service.add(versions(&recorded, &live)),
            (Err(error), _) | (_, Err(error)) => service.blind.push(Blind {
                aspect: Aspect::Code,
                why: format!("Cloudflare does not tell: {}", error.in_brief()),
                touched: true,
            }),
        }
    }))
    .await;
}

/// The one environment that was asked for, or that there is.
pub(super) fn chosen(request: &Request, workspace: &Workspace) -> Result<String, PlanError> {
    let environments = workspace.services.iter().flat_map(Environment::all);
    let names: BTreeSet<&str> = environments.map(|found| found.name.unwrap_or_default()).collect();
    let listed = || {
        let quoted = |name: &&str| if name.is_empty() { "\"\"".into() } else { (*name).to_owned() };
        names.iter().map(quoted).collect::<Vec<String>>().join(", ")
    };
    match (request.environments.as_slice(), names.len()) {
        ([name], _) if names.contains(name.as_str()) => Ok(name.clone()),
        ([name], _) => Err(PlanError::NoSuchEnvironment(format!("{name:?}"))),
        ([], 0 | 1) => Ok(names.first().map(|name| (*name).to_owned()).unwrap_or_default()),
        ([], _) | ([_, _, ..], _) => Err(PlanError::NotChosen(listed())),
    }
}
