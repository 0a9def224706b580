//! `clodo verify`: what is live beside the configuration and the record, and all checks, now.

use std::collections::BTreeMap;

use super::{Checker, Subject, health};
use crate::core::config::wrangler::Environment;
use crate::core::model::account::{Account, Deployment, Share};
use crate::core::model::deployment::State;
use crate::core::plan::{self, Basis};
use crate::core::verify::address::addresses;
use crate::core::verify::state::difference;
use crate::core::verify::{ServiceState, Verified};
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
    let prober = Prober::new(live.client.http(), variable(EDGE_URL).as_deref())?;
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
        let subdomain = account.and_then(|account| account.subdomain.known()?.name.as_deref());
        let serves = account.map(|account| serving(account, &worker)).unwrap_or_default();
        let expected = recorded.get(&worker);
        let whole = |version: &str| Share { version_id: version.to_owned(), percentage: 100.0 };
        let live = Deployment { versions: serves.clone(), ..Deployment::default() };
        let differs = expected.and_then(|version| difference(&[whole(version)], Some(&live)));
        // Of several versions any may answer.
        let version = match serves.as_slice() {
            [one] => Some(one.version_id.clone()),
            _ => None,
        };
        subjects.push(Subject {
            service: service.name.to_string(),
            addresses: addresses(&found, &worker, subdomain),
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
    Ok(Verified { environment, drift, services, checks })
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

/// What serves of a Worker.
fn serving(account: &Account, worker: &str) -> Vec<Share> {
    let worker = account.workers.known().and_then(|workers| workers.get(worker));
    let active = worker.and_then(|worker| worker.deployments.known()?.first());
    active.map(|active| active.versions.clone()).unwrap_or_default()
}
