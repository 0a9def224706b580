//! What was deployed (`clodo history`), and what differs between two deployments (`clodo diff`).

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::future::join_all;

use crate::core::comparison::{Commits, Comparison, Side, Standing, compare};
use crate::core::model::context::Sha;
use crate::core::model::deployment::{Deployment, ID_PREFIX, Planned, Strategy};
use crate::core::model::journal::Entry;
use crate::world::cloudflare::{Cloudflare, CloudflareError};
use crate::world::git;
use crate::world::store::{DeploymentFilter, EntryFilter, Store, StoreError};

/// What serves now.
const LIVE: &str = "live";

/// The newest deployment.
const LATEST: &str = "latest";

/// What a rollback would go back to.
const LAST_GOOD: &str = "last-good";

/// Words that stand for deployments.
const NAMES: [&str; 3] = [LIVE, LATEST, LAST_GOOD];

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The store does not work.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such deployment.
    #[error("there is no deployment {0}")]
    NoSuchDeployment(String),
    /// It is not a deployment's id, and no word for one.
    #[error("{0:?} is neither the id of a deployment nor one of live, latest and last-good")]
    NoName(String),
    /// It is not known of which environment.
    #[error("it is not known of which environment {0} is meant")]
    NoEnvironment(String),
    /// Nothing was deployed there yet.
    #[error("nothing is recorded of {0}")]
    Nothing(String),
    /// Nobody can look at what is live.
    #[error("what is live can only be seen with an API token")]
    NoToken,
    /// The account does not answer.
    #[error(transparent)]
    Cloudflare(#[from] CloudflareError),
}

impl HistoryError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Store(error) => error.hint(),
            Self::NoSuchDeployment(_) | Self::NoName(_) => "clodo history lists them".to_owned(),
            Self::NoEnvironment(_) => "name it: -e NAME; \"\" is the top level".to_owned(),
            Self::Nothing(_) => {
                "clodo deploy records what it does; clodo history lists it".to_owned()
            }
            Self::NoToken => "set CLOUDFLARE_API_TOKEN".to_owned(),
            Self::Cloudflare(error) => error.hint(),
        }
    }
}

/// One deployment, and what the journal has of it.
///
/// # Errors
/// Where there is none, or the store does not work.
pub async fn one(store: &Store, id: &str) -> Result<(Deployment, Vec<Entry>), HistoryError> {
    let deployment = recorded(store, id).await?;
    let filter = EntryFilter { deployment: Some(id.to_owned()), ..EntryFilter::default() };
    Ok((deployment, store.entries(&filter).await?))
}

async fn recorded(store: &Store, id: &str) -> Result<Deployment, HistoryError> {
    let found = store.deployment(id).await?;
    found.ok_or_else(|| HistoryError::NoSuchDeployment(id.to_owned()))
}

/// What is compared with what.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The id of a deployment, or `live`, `latest`, `last-good`.
    pub from: &'a str,
    /// The same.
    pub to: &'a str,
    /// Of which environment, where no id tells.
    pub environment: Option<&'a str>,
}

/// Where to look.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What is recorded.
    pub store: &'a Store,
    /// The account; without it, configurations are not known.
    pub cloudflare: Option<&'a Cloudflare>,
    /// A folder of the repository.
    pub folder: &'a Path,
}

/// What differs between two deployments.
///
/// # Errors
/// Where one of the two is not there.
pub async fn diff(sources: Sources<'_>, wanted: &Wanted<'_>) -> Result<Comparison, HistoryError> {
    let reference = reference(sources.store, wanted).await?;
    let mut from = sources.side(wanted.from, &reference).await?;
    let mut to = sources.side(wanted.to, &reference).await?;
    if let Some(cloudflare) = sources.cloudflare {
        let account = &reference.account;
        look(cloudflare, account, &mut from, &to).await;
        look(cloudflare, account, &mut to, &from).await;
    }
    let commits = sources.commits(&from, &to);
    Ok(compare(from, to, commits))
}

/// The deployment that says which account, environment and Workers it is about. Where no deployment
/// is named, it is about all Workers that were ever deployed to the environment.
async fn reference(store: &Store, wanted: &Wanted<'_>) -> Result<Deployment, HistoryError> {
    let names = [wanted.from, wanted.to];
    let is_one = |name: &&str| NAMES.contains(name) || name.starts_with(ID_PREFIX);
    if let Some(odd) = names.iter().find(|name| !is_one(name)) {
        return Err(HistoryError::NoName((*odd).to_owned()));
    }
    if let Some(id) = names.into_iter().find(|name| name.starts_with(ID_PREFIX)) {
        return recorded(store, id).await;
    }
    let environment = wanted.environment;
    let environment = environment.ok_or_else(|| HistoryError::NoEnvironment(wanted.from.into()))?;
    let filter = DeploymentFilter {
        environment: Some(environment.to_owned()),
        limit: Some(1),
        ..DeploymentFilter::default()
    };
    let newest = store.deployments(&filter).await?.pop();
    let newest =
        newest.ok_or_else(|| HistoryError::Nothing(format!("the environment {environment:?}")))?;
    if names.contains(&LATEST) {
        return Ok(newest);
    }
    let services = store.last_of_each(&newest.account, environment).await?;
    Ok(Deployment { services, ..newest })
}

impl Sources<'_> {
    async fn side(&self, name: &str, reference: &Deployment) -> Result<Side, HistoryError> {
        match name {
            LIVE => self.live(reference).await,
            LATEST => {
                let filter = DeploymentFilter {
                    account: Some(reference.account.clone()),
                    environment: Some(reference.environment.clone()),
                    limit: Some(1),
                    ..DeploymentFilter::default()
                };
                let newest = self.store.deployments(&filter).await?;
                Ok(Side::of(newest.first().unwrap_or(reference)))
            }
            LAST_GOOD => self.last_good(reference).await,
            id if id.starts_with(ID_PREFIX) => Ok(Side::of(&recorded(self.store, id).await?)),
            other => Err(HistoryError::NoName(other.to_owned())),
        }
    }

    /// The versions that get requests now, of the Workers of a deployment.
    async fn live(&self, reference: &Deployment) -> Result<Side, HistoryError> {
        let cloudflare = self.cloudflare.ok_or(HistoryError::NoToken)?;
        let services = join_all(reference.services.iter().map(async |service| {
            let recorded = Standing::of(service);
            let triggers = Err("clodo drift compares what leads to it now".to_owned());
            let standing =
                Standing { version: None, code: None, took_ms: None, triggers, ..recorded };
            if standing.strategy == Strategy::Pages {
                return Ok(standing);
            }
            let active = cloudflare.active_deployment(&reference.account, &standing.worker).await?;
            let version = match active.map(|active| active.versions).as_deref() {
                Some([only]) => Ok(only.version_id.clone()),
                Some([]) | None => Err("nothing of it is live"),
                Some([..]) => Err("several versions get requests"),
            };
            Ok::<_, CloudflareError>(match version {
                Ok(version) => Standing { version: Some(version), ..standing },
                Err(why) => Standing { made_of: Err(why.to_owned()), ..standing },
            })
        }));
        let services: Result<Vec<Standing>, _> = services.await.into_iter().collect();
        Ok(Side { name: "live".to_owned(), services: services?, ..Side::default() })
    }

    /// What a rollback would go back to, of the Workers of a deployment.
    async fn last_good(&self, reference: &Deployment) -> Result<Side, HistoryError> {
        let (mut services, mut deployments) = (Vec::new(), BTreeSet::new());
        for service in &reference.services {
            let worker = &service.planned.worker;
            let (account, environment) = (&reference.account, &reference.environment);
            let live = self.serving(reference, &service.planned).await?;
            let except = live.as_slice();
            let good = self.store.last_good(account, environment, worker, except).await?;
            let Some(good) = good else { continue };
            let deployment = recorded(self.store, &good.deployment).await?;
            let found = deployment.services.iter().find(|one| one.planned.worker == *worker);
            services.extend(found.map(Standing::of));
            deployments.insert(good.deployment);
        }
        let Some(newest) = deployments.last() else {
            return Err(HistoryError::Nothing("a deployment that was live and well".to_owned()));
        };
        let of = Side::of(&recorded(self.store, newest).await?);
        match deployments.len() {
            1 => Ok(Side { name: format!("last-good ({newest})"), services, ..of }),
            // Of several deployments, so that there is not one commit.
            _ => Ok(Side { name: "last-good".to_owned(), services, ..Side::default() }),
        }
    }

    /// The version that a rollback would get away from: the one that serves. Where nobody can look at
    /// the account, the last that is on record as live.
    async fn serving(
        &self,
        reference: &Deployment,
        planned: &Planned,
    ) -> Result<Option<String>, HistoryError> {
        let Deployment { account, environment, .. } = reference;
        let Planned { worker, strategy, .. } = planned;
        let Some(cloudflare) = self.cloudflare else {
            return Ok(self.store.last_live(account, environment, worker).await?);
        };
        let active = match strategy {
            Strategy::Pages => cloudflare.active_pages_deployment(account, worker).await?,
            _ => cloudflare.active_deployment(account, worker).await?,
        };
        let mut versions = active.into_iter().flat_map(|active| active.versions);
        Ok(versions.next().map(|share| share.version_id))
    }

    fn commits(&self, from: &Side, to: &Side) -> Commits {
        let commit = |side: &Side| {
            let sha = side.commit.as_deref().and_then(Sha::parse);
            sha.ok_or_else(|| format!("no commit is recorded of {}", side.name))
        };
        let between = |from, to| git::between(self.folder, &from, &to).map_err(|e| e.to_string());
        let commits = commit(from).and_then(|from| between(from, commit(to)?));
        commits.unwrap_or_else(Commits::Unknown)
    }
}

/// Asks what the versions of a side are made of, where the other side has another one.
async fn look(cloudflare: &Cloudflare, account: &str, side: &mut Side, other: &Side) {
    join_all(side.services.iter_mut().map(async |one| {
        let same = |other: &&Standing| other.worker == one.worker && other.version == one.version;
        let is_same = other.services.iter().any(|other| same(&other));
        let Some(version) = one.version.as_ref().filter(|_| !is_same) else { return };
        one.made_of = match one.strategy {
            Strategy::Pages => Err("Cloudflare keeps no configuration of Pages deployments".into()),
            Strategy::Direct | Strategy::Staged => {
                let found = cloudflare.version(account, &one.worker, version).await;
                found.map_err(|error| format!("Cloudflare does not tell: {}", error.in_brief()))
            }
        };
    }))
    .await;
}
