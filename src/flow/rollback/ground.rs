//! What is known before a rollback: the project, and whose account it is. The files alone are read,
//! neither code nor account: every request that is not needed keeps the traffic waiting.

use std::path::PathBuf;

use super::RollbackError;
use crate::core::config::clodo_yml::EnvironmentSettings;
use crate::core::config::wrangler::Environment;
use crate::core::model::deployment::{Planned, Strategy};
use crate::core::model::{Kind, Workspace};
use crate::flow::environments::resolve;
use crate::flow::plan::{PlanError, chosen};
use crate::flow::project::{ProjectError, Request, read_settings};
use crate::flow::restoration;
use crate::flow::sight::Live;
use crate::flow::state;
use crate::world::cloudflare::{Cloudflare, CloudflareError};
use crate::world::files;
use crate::world::store::Place;

/// The project, and whose account it is.
pub(super) struct Ground {
    /// Where the project lies.
    pub(super) root: PathBuf,
    /// Where clodo keeps what it remembers.
    pub(super) place: Place,
    /// The environment, and what `clodo.yml` says of it.
    pub(super) environment: EnvironmentSettings,
    /// The configurations.
    pub(super) workspace: Workspace,
    /// The account.
    pub(super) cloudflare: Cloudflare,
    /// Its id.
    pub(super) account: String,
    /// The services of the environment.
    pub(super) services: Vec<Planned>,
}

impl Ground {
    pub(super) async fn read(request: &Request, live: &Live) -> Result<Self, RollbackError> {
        let project = |error: ProjectError| PlanError::from(error);
        let resolved = resolve(request).map_err(project)?;
        let (settings, _) = read_settings(request).map_err(project)?;
        let place = state::place(&request.root, &settings, Some(live))?;
        let wanted = files::Request {
            root: request.root.clone(),
            paths: request.paths.clone(),
            services: settings.services,
        };
        let workspace = files::read(&wanted)?;
        let wrangler = chosen(&resolved.request, &workspace)?;
        let environment = resolved.environments.into_iter().next();
        let environment = environment.unwrap_or_else(|| EnvironmentSettings::undeclared(&wrangler));
        let mut account = None;
        let mut services = Vec::new();
        for service in &workspace.services {
            let Some(found) = of(&workspace, &service.name, &wrangler) else { continue };
            let named = found.text("account_id").or(live.account.as_deref()).map(str::to_owned);
            // A deployment is of one account.
            if account.is_none() || named == account {
                services.extend(found.worker().map(|worker| Planned {
                    service: service.name.to_string(),
                    worker,
                    strategy: match service.kind {
                        Kind::Worker => Strategy::Staged,
                        Kind::Pages => Strategy::Pages,
                    },
                }));
                account = account.or(named);
            }
        }
        if services.is_empty() {
            return Err(RollbackError::NoWorkers(environment.name));
        }
        let account = match account {
            Some(account) => account,
            None => only(&live.client).await?,
        };
        let cloudflare = live.client.clone();
        let root = request.root.clone();
        Ok(Self { root, place, environment, workspace, cloudflare, account, services })
    }

    /// Where a service is put back.
    pub(super) fn at<'a>(&'a self, planned: &'a Planned) -> restoration::Place<'a> {
        let Self { cloudflare, account, .. } = self;
        let Planned { worker, strategy, .. } = planned;
        restoration::Place { cloudflare, account, worker, kind: strategy.project() }
    }

    /// The configuration of a service for this environment.
    pub(super) fn of(&self, service: &str) -> Option<Environment<'_>> {
        of(&self.workspace, service, &self.environment.wrangler)
    }
}

fn of<'a>(workspace: &'a Workspace, service: &str, wrangler: &str) -> Option<Environment<'a>> {
    let service = workspace.services.iter().find(|one| *one.name == *service)?;
    Environment::all(service).find(|one| one.name.unwrap_or_default() == wrangler)
}

/// The only account that the token sees.
async fn only(cloudflare: &Cloudflare) -> Result<String, CloudflareError> {
    match cloudflare.accounts().await?.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(CloudflareError::Account("the token sees none".to_owned())),
        _ => Err(CloudflareError::Account("the token sees several".to_owned())),
    }
}
