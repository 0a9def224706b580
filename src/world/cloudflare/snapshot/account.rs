//! One account: the lists, and then the items.

use std::collections::BTreeMap;
use std::future::Future;

use futures_util::future::join_all;

use super::unseen::seen;
use super::{d1, workers, zones};
use crate::core::config::wanted_account::WantedAccount;
use crate::core::model::account::{Account, Part, R2, SecretsStore, Seen};
use crate::world::cloudflare::accounts::SeenAccount;
use crate::world::cloudflare::r2::NOT_ENABLED;
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// Looks at one account, the token left out. One that a list has shown already need not be asked for
/// its name.
pub(super) async fn gather(
    client: &Cloudflare,
    id: &str,
    listed: Option<&SeenAccount>,
    wanted: &WantedAccount,
) -> Account {
    let look = Look { wanted };
    // The lists, all at the same time, and beside them what is asked of Workers by their names.
    let workers = async {
        tokio::join!(
            look.at(Part::Workers, client.workers(id)),
            look.at(Part::WorkersDev, client.workers_dev(id)),
            look.at(Part::CustomDomains, client.custom_domains(id)),
            look.at(Part::Subdomain, client.workers_subdomain(id)),
            look.at(Part::DispatchNamespaces, client.dispatch_namespaces(id)),
            look.at(Part::DurableObjects, client.durable_object_namespaces(id)),
            look.at(Part::Workflows, client.workflows(id)),
        )
    };
    let storage = async {
        tokio::join!(
            look.at(Part::KvNamespaces, client.kv_namespaces(id)),
            look.at(Part::D1Databases, client.d1_databases(id)),
            look.at(Part::R2Buckets, buckets(client, id, wanted)),
            look.at(Part::Queues, client.queues(id)),
            look.at(Part::Hyperdrive, client.hyperdrive_configs(id)),
            look.at(Part::Vectorize, client.vectorize_indexes(id)),
            look.at(Part::Pipelines, client.pipelines(id)),
        )
    };
    let others = async {
        tokio::join!(
            look.at(Part::Account, name(client, id, listed)),
            look.at(Part::SecretsStores, client.secrets_stores(id)),
            look.at(Part::MtlsCertificates, client.mtls_certificates(id)),
            look.at(Part::PagesProjects, client.pages_projects(id)),
        )
    };
    let (
        (workers, workers_dev, custom_domains, subdomain, dispatch, durable_objects, workflows),
        (kv_namespaces, d1_databases, r2, queues, hyperdrive, vectorize, pipelines),
        (name, secrets_stores, mtls_certificates, pages_projects),
        ahead,
    ) = tokio::join!(workers, storage, others, workers::ahead(client, id, look));
    let mut account = Account {
        id: id.to_owned(),
        name,
        token: Seen::NotAsked,
        subdomain,
        workers,
        custom_domains,
        zones: Seen::NotAsked,
        kv_namespaces,
        d1_databases,
        r2,
        queues,
        hyperdrive,
        vectorize,
        workflows,
        secrets_stores,
        dispatch_namespaces: dispatch,
        durable_objects,
        mtls_certificates,
        pipelines,
        pages_projects,
    };

    // What only the items know, again at the same time.
    let hosts = zones::hosts(&account, wanted);
    let queues = async {
        match consumes(&account, wanted) {
            true => seen(Part::Queues, client.queues(id).await),
            false => account.queues.clone(),
        }
    };
    let (queues, zones, workers, databases, stores) = tokio::join!(
        queues,
        zones::gather(client, look, &hosts),
        workers::details(client, id, look, account.workers.clone(), workers_dev, ahead),
        d1::migrations(client, id, look, account.d1_databases.clone()),
        secrets(client, id, wanted, account.secrets_stores.clone()),
    );
    account.queues = queues;
    account.zones = zones;
    account.workers = workers;
    account.d1_databases = databases;
    account.secrets_stores = stores;
    sort(&mut account);
    account
}

/// Whether queues, which no configuration speaks of, may still have one of its Workers as consumer.
fn consumes(account: &Account, wanted: &WantedAccount) -> bool {
    let asks = account.queues.is_not_asked() && wanted.needs.contains(&Part::Queues);
    let workers = account.workers.known().into_iter().flatten();
    let mut own = workers.filter(|(name, _)| wanted.workers.contains_key(*name));
    asks && own.any(|(_, worker)| worker.handlers.iter().any(|handler| handler == "queue"))
}

/// Who looks only at what is wanted.
#[derive(Clone, Copy)]
pub(super) struct Look<'w> {
    pub(super) wanted: &'w WantedAccount,
}

impl Look<'_> {
    /// Looks at a part, unless nobody wants it. A future that nobody waits for asks for nothing.
    pub(super) async fn at<T>(
        self,
        part: Part,
        request: impl Future<Output = Result<T, CloudflareError>>,
    ) -> Seen<T> {
        match self.wanted.parts.contains(&part) {
            true => seen(part, request.await),
            false => Seen::NotAsked,
        }
    }
}

async fn name(
    client: &Cloudflare,
    id: &str,
    listed: Option<&SeenAccount>,
) -> Result<String, CloudflareError> {
    match listed {
        Some(listed) => Ok(listed.name.clone()),
        None => Ok(client.account(id).await?.name),
    }
}

/// The buckets of each jurisdiction that a binding names. Where none can be seen, R2 is unknown.
async fn buckets(
    client: &Cloudflare,
    id: &str,
    wanted: &WantedAccount,
) -> Result<R2, CloudflareError> {
    let looks = wanted.jurisdictions.iter().map(async |jurisdiction| {
        (jurisdiction.clone(), client.r2_buckets(id, jurisdiction).await)
    });
    let results = join_all(looks).await;
    if results.iter().any(|(_, result)| is_off(result)) {
        return Ok(R2::default());
    }
    let some = results.iter().any(|(_, result)| result.is_ok());
    let mut buckets = BTreeMap::new();
    for (jurisdiction, result) in results {
        match result {
            Err(error) if !some => return Err(error),
            result => {
                let mut names = seen(Part::R2Buckets, result);
                if let Seen::Known(names) = &mut names {
                    names.sort();
                }
                buckets.insert(jurisdiction, names);
            }
        }
    }
    Ok(R2 { enabled: true, buckets })
}

fn is_off<T>(result: &Result<T, CloudflareError>) -> bool {
    result.as_ref().is_err_and(|error| error.has_code(NOT_ENABLED))
}

/// The names of the secrets in the stores that bindings name.
async fn secrets(
    client: &Cloudflare,
    id: &str,
    wanted: &WantedAccount,
    stores: Seen<Vec<SecretsStore>>,
) -> Seen<Vec<SecretsStore>> {
    let Seen::Known(mut stores) = stores else { return stores };
    join_all(stores.iter_mut().filter(|store| wanted.stores.contains(&store.id)).map(
        async |store| {
            let names = client.secrets_store_secrets(id, &store.id).await;
            let names = names.map(|mut names| {
                names.sort();
                names
            });
            store.secrets = seen(Part::SecretsStores, names);
        },
    ))
    .await;
    Seen::Known(stores)
}

/// Puts every list in an order of its own, so that two pictures of the same account are the same.
fn sort(account: &mut Account) {
    fn by<T, K: Ord>(seen: &mut Seen<Vec<T>>, key: impl Fn(&T) -> K) {
        if let Seen::Known(items) = seen {
            items.sort_by_key(key);
        }
    }
    by(&mut account.custom_domains, |domain| domain.hostname.clone());
    by(&mut account.zones, |zone| (zone.name.clone(), zone.id.clone()));
    by(&mut account.kv_namespaces, |namespace| namespace.id.clone());
    by(&mut account.d1_databases, |database| database.id.clone());
    by(&mut account.queues, |queue| queue.name.clone());
    by(&mut account.hyperdrive, |config| config.id.clone());
    by(&mut account.vectorize, |index| index.name.clone());
    by(&mut account.workflows, |workflow| workflow.name.clone());
    by(&mut account.secrets_stores, |store| store.id.clone());
    by(&mut account.dispatch_namespaces, |namespace| namespace.name.clone());
    by(&mut account.durable_objects, |namespace| namespace.id.clone());
    by(&mut account.mtls_certificates, |certificate| certificate.id.clone());
    by(&mut account.pipelines, |pipeline| pipeline.id.clone());
    by(&mut account.pages_projects, |project| project.name.clone());
}
