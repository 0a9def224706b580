//! `clodo verify`: what is live beside the configuration and the record, and all checks, now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checker, Subject, health};
use crate::core::config::wrangler::Environment;
use crate::core::model::Kind;
use crate::core::model::account::{Account, Deployment, Share, Snapshot, Why};
use crate::core::model::deployment::State;
use crate::core::plan::{self, Basis};
use crate::core::rules::{BlindSpot, blind_spots};
use crate::core::verify::address::{addresses, pages_addresses};
use crate::core::verify::state::difference;
use crate::core::verify::{ServiceState, Verified, private_hosts};
use crate::flow::environments::resolve;
use crate::flow::plan::{PlanError, chosen};
use crate::flow::project::{Project, Request};
use crate::world::http::block_on;
use crate::world::probe::{EDGE_URL, Prober, ProberError};
use crate::world::store::{DeploymentFilter, Store, StoreError};

/// Why nothing could be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is nothing to compare with, or nobody looked at the account.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// What was recorded cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No requests can be sent.
    #[error(transparent)]
    Prober(#[from] ProberError),
}

impl VerifyError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Plan(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Prober(_) => "leave CLODO_EDGE_URL to `clodo sandbox`".to_owned(),
        }
    }
}

/// Verifies an environment. `store` is what was recorded, where there is such a thing; `variable`
/// tells the variables of our own environment.
///
/// # Errors
/// Where there is nothing to verify, or the account or the record cannot be read.
pub fn verify(
    request: &Request,
    store: Option<&Store>,
    variable: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<Verified, VerifyError> {
    let resolved = resolve(request).map_err(PlanError::from)?;
    let request = &resolved.request;
    let project = Project::read(request).map_err(PlanError::from)?;
    let wrangler = chosen(request, &project.workspace)?;
    let snapshot = project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    let live = request.live.as_ref().ok_or(PlanError::NoAccount)?;
    let settings = resolved.environments.into_iter().next();
    let environment = settings.as_ref().map_or_else(|| wrangler.clone(), |one| one.name.clone());
    let checks = settings.map(|settings| settings.verify).unwrap_or_default();
    let basis =
        Basis { workspace: &project.workspace, snapshot, builds: None, records: None, bound: None };
    let drift = plan::drift(&basis, &wrangler);
    let prober =
        Prober::new(live.client.http(), variable(EDGE_URL).as_deref(), &private_hosts(&checks))?;
    let name = Some(wrangler.as_str()).filter(|name| !name.is_empty());
    let mut subjects = Vec::new();
    let mut services = Vec::new();
    let account = snapshot.accounts.first();
    let recorded = match (store, account) {
        (Some(store), Some(account)) => {
            block_on(recorded(store, account, &environment)).map_err(PlanError::Io)??
        }
        _ => BTreeMap::new(),
    };
    for service in &project.workspace.services {
        let found = Environment::all(service).find(|environment| environment.name == name);
        let Some(found) = found else { continue };
        let Some(worker) = found.worker() else { continue };
        let account = snapshot.account(found.text("account_id"));
        let (addresses, serves) = match (account, service.kind) {
            (None, _) => (Vec::new(), Err("nobody looked at its account".to_owned())),
            (Some(account), Kind::Worker) => {
                let subdomain = account.subdomain.known().and_then(|own| own.name.as_deref());
                (addresses(&found, &worker, subdomain), serving(account, &worker))
            }
            // A preview serves at an address of its own.
            (Some(_), Kind::Pages) if !matches!(name, None | Some("production")) => continue,
            (Some(account), Kind::Pages) => {
                let active = live.client.active_pages_deployment(&account.id, &worker);
                let active = block_on(active).map_err(PlanError::Io)?;
                let serves = active.map(|active| active.map(|one| one.versions));
                let serves =
                    serves.map(Option::unwrap_or_default).map_err(|error| error.to_string());
                (of_pages(account, &worker), serves)
            }
        };
        let whole = |version: &str| Share { version_id: version.to_owned(), percentage: 100.0 };
        let seen = serves.clone().ok();
        let seen = seen.map(|versions| Deployment { versions, ..Deployment::default() });
        let differs = recorded
            .get(&worker)
            .zip(seen)
            .and_then(|(version, seen)| difference(&[whole(version)], Some(&seen)));
        // Of several versions any may answer, and Pages tells its Workers nothing of theirs.
        let version = match serves.as_deref() {
            Ok([one]) if service.kind == Kind::Worker => Some(one.version_id.clone()),
            _ => None,
        };
        subjects.push(Subject {
            service: service.name.to_string(),
            addresses,
            worker: worker.clone(),
            version,
            staged: false,
        });
        services.push(ServiceState { service: service.name.to_string(), worker, serves, differs });
    }
    let checker = Checker {
        prober: &prober,
        checks: &checks,
        folder: &request.root,
        environment: &environment,
        variable,
    };
    let checks = block_on(health(&checker, &subjects)).map_err(PlanError::Io)?;
    let unseen = unanswered(snapshot);
    Ok(Verified { environment, drift, services, unseen, checks })
}

/// The parts of accounts about which Cloudflare gave no usable answer, and what it said.
fn unanswered(snapshot: &Snapshot) -> Vec<String> {
    let spots = blind_spots(snapshot, &BTreeSet::new());
    let failed = spots.iter().filter(|spot| spot.unseen.why == Why::Failed);
    failed.map(BlindSpot::fact).collect()
}

/// How many deployments are read to find the last of each service.
const LOOKED_AT: u64 = 100;

/// The versions that were brought live last, by Worker.
async fn recorded(
    store: &Store,
    account: &Account,
    environment: &str,
) -> Result<BTreeMap<String, String>, StoreError> {
    let filter = DeploymentFilter {
        account: Some(account.id.clone()),
        environment: Some(environment.to_owned()),
        limit: Some(LOOKED_AT),
        ..DeploymentFilter::default()
    };
    let deployments = store.deployments(&filter).await?;
    let services = deployments.into_iter().flat_map(|deployment| deployment.services);
    let live = services.filter(|service| service.progress.state == Some(State::Succeeded));
    let mut recorded = BTreeMap::new();
    for service in live {
        // The newest come first.
        if let Some(version) = service.progress.version {
            recorded.entry(service.planned.worker).or_insert(version);
        }
    }
    Ok(recorded)
}

/// The addresses of a Pages project.
fn of_pages(account: &Account, name: &str) -> Vec<String> {
    let projects = account.pages_projects.known().into_iter().flatten();
    let found = projects.into_iter().find(|project| project.name == name);
    found.map(|project| pages_addresses(&project.domains)).unwrap_or_default()
}

/// What serves of a Worker; else why nobody could see it.
fn serving(account: &Account, worker: &str) -> Result<Vec<Share>, String> {
    let Some(worker) = account.workers.told()?.get(worker) else { return Ok(Vec::new()) };
    let active = worker.deployments.told()?.first();
    Ok(active.map(|active| active.versions.clone()).unwrap_or_default())
}
