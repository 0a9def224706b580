//! A snapshot of a real account as a seed, so that a deployment can be tried on what looks like it.
//!
//! A snapshot has no code, no values and no data: every Worker answers with a greeting, secrets have a
//! value that is none, variables are empty, databases and buckets have nothing in them. What the
//! snapshot could not see is not there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::resources::{
    BucketSeed, ConsumerSeed, D1Seed, KvSeed, NamedSeed, PagesSeed, QueueSeed, R2Seed,
    ResourcesSeed, StoreSeed, VectorizeSeed, WorkflowSeed,
};
use super::workers::{ClassSeed, NamespaceSeed, WorkerSeed};
use super::{AccountSeed, DnsSeed, Seed, SeedError, SubdomainSeed, ZoneSeed};
use crate::core::model::account::{self, Account, DnsRecord, LiveBinding, Seen, Worker, Zone};
use crate::server::sandbox::state::workers::Binding;

/// Reads the account that a snapshot is of.
pub(super) fn read(file: &str, text: &str) -> Result<Seed, SeedError> {
    let fail = |line, message| SeedError { file: file.to_owned(), line, message };
    let snapshot = account::read(text).map_err(|error| match &error {
        account::SnapshotError::Form(form) => {
            fail(u32::try_from(form.line()).unwrap_or(1).max(1), error.to_string())
        }
        account::SnapshotError::Schema(_) => fail(1, error.to_string()),
    })?;
    let account = snapshot.account(None);
    let account = account.ok_or_else(|| fail(1, "it is of several accounts".to_owned()))?;
    Ok(seed(account))
}

fn seed(account: &Account) -> Seed {
    let subdomain = account.subdomain.known().map(|subdomain| match &subdomain.name {
        Some(name) => SubdomainSeed::Name(name.clone()),
        None => SubdomainSeed::None(false),
    });
    Seed {
        account: AccountSeed {
            id: Some(account.id.clone()).filter(|id| !id.is_empty()),
            name: account.name.known().cloned(),
            ..AccountSeed::default()
        },
        subdomain,
        zones: all(&account.zones).map(|one| zone(account, one)).collect(),
        workers: workers(account).map(|(name, one)| worker(account, name, one)).collect(),
        resources: resources(account),
        ..Seed::default()
    }
}

/// The items of a list; none where it could not be seen.
fn all<T>(seen: &Seen<Vec<T>>) -> impl Iterator<Item = &T> {
    seen.known().into_iter().flatten()
}

fn workers(account: &Account) -> impl Iterator<Item = (&String, &Worker)> {
    account.workers.known().into_iter().flatten()
}

fn zone(account: &Account, zone: &Zone) -> ZoneSeed {
    // The record of a custom domain comes with the domain.
    let is_domain = |record: &DnsRecord| {
        record.read_only && all(&account.custom_domains).any(|one| one.hostname == record.name)
    };
    let dns = all(&zone.dns).filter(|record| !is_domain(record)).map(|record| DnsSeed {
        name: record.name.clone(),
        kind: record.kind.clone(),
        content: record.content.clone().unwrap_or_else(|| content(&record.kind).to_owned()),
        proxied: record.proxied,
        priority: None,
        comment: None,
        read_only: record.read_only,
    });
    ZoneSeed {
        name: zone.name.clone(),
        id: Some(zone.id.clone()),
        status: zone.status.clone(),
        dns: dns.collect(),
    }
}

/// What a record says whose content is not known: addresses that are reserved for documentation.
fn content(kind: &str) -> &'static str {
    match kind {
        "A" => "192.0.2.1",
        "AAAA" => "2001:db8::1",
        _ => "unknown.example",
    }
}

fn worker(account: &Account, name: &str, worker: &Worker) -> WorkerSeed {
    let zones = all(&account.zones);
    let routes = zones.flat_map(|zone| all(&zone.routes));
    let routes = routes.filter(|route| route.script.as_deref() == Some(name));
    let domains = all(&account.custom_domains).filter(|domain| domain.service == name);
    let classes = all(&account.durable_objects).filter(|namespace| namespace.script == name);
    let settings = worker.settings.known();
    let workers_dev = worker.workers_dev.known().copied().unwrap_or_default();
    let deployment = all(&worker.deployments).next();
    WorkerSeed {
        name: name.to_owned(),
        compatibility_date: worker.compatibility_date.clone(),
        compatibility_flags: worker.compatibility_flags.clone(),
        bindings: settings.into_iter().flat_map(|one| &one.bindings).map(binding).collect(),
        durable_objects: classes
            .map(|namespace| {
                ClassSeed::Class(NamespaceSeed {
                    class: namespace.class.clone(),
                    id: Some(namespace.id.clone()),
                    sqlite: namespace.use_sqlite,
                })
            })
            .collect(),
        migration_tag: worker.migration_tag.clone(),
        routes: routes.map(|route| route.pattern.clone()).collect(),
        domains: domains.map(|domain| domain.hostname.clone()).collect(),
        crons: all(&worker.crons).cloned().collect(),
        workers_dev: workers_dev.enabled,
        preview_urls: workers_dev.previews_enabled,
        tags: worker.tags.clone(),
        logpush: worker.logpush,
        observability: worker.observability.as_ref().and_then(Value::as_object).cloned(),
        tail_consumers: worker.tail_consumers.clone(),
        last_deployed_from: worker.last_deployed_from.clone(),
        split: deployment
            .map(|one| one.versions.iter().map(|share| share.percentage).collect())
            .unwrap_or_default(),
        ..WorkerSeed::default()
    }
}

fn binding(live: &LiveBinding) -> Binding {
    let mut fields: Map<String, Value> =
        live.target.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let value = match &*live.kind {
        "secret_text" => Some(("text", json!("seeded"))),
        "plain_text" => Some(("text", live.value.clone().unwrap_or_else(|| json!("")))),
        "json" => Some(("json", live.value.clone().unwrap_or_default())),
        _ => None,
    };
    fields.extend(value.map(|(field, value)| (field.to_owned(), value)));
    Binding { name: live.name.clone(), kind: live.kind.clone(), fields }
}

fn resources(account: &Account) -> ResourcesSeed {
    let named = |name: &str, id: &str| NamedSeed { name: name.to_owned(), id: Some(id.to_owned()) };
    let consumer = |one: &account::Consumer| {
        let worker = one.script.clone()?;
        Some(ConsumerSeed { worker, dead_letter_queue: one.dead_letter_queue.clone() })
    };
    ResourcesSeed {
        kv: all(&account.kv_namespaces)
            .map(|one| KvSeed { title: one.title.clone(), id: Some(one.id.clone()) })
            .collect(),
        d1: all(&account.d1_databases)
            .map(|one| D1Seed {
                name: one.name.clone(),
                id: Some(one.id.clone()),
                jurisdiction: one.jurisdiction.clone(),
                sql: applied(&one.migrations),
            })
            .collect(),
        r2: account.r2.known().map(buckets).unwrap_or_default(),
        queues: all(&account.queues)
            .map(|one| QueueSeed {
                name: one.name.clone(),
                id: Some(one.id.clone()),
                consumers: one.consumers.iter().filter_map(consumer).collect(),
            })
            .collect(),
        hyperdrive: all(&account.hyperdrive).map(|one| named(&one.name, &one.id)).collect(),
        // Neither is in a snapshot; these are what Vectorize's documentation begins with.
        vectorize: all(&account.vectorize)
            .map(|one| VectorizeSeed {
                name: one.name.clone(),
                dimensions: 768,
                metric: "cosine".into(),
            })
            .collect(),
        workflows: all(&account.workflows)
            .map(|one| WorkflowSeed {
                name: one.name.clone(),
                class: one.class_name.clone(),
                worker: one.script_name.clone(),
            })
            .collect(),
        secrets_stores: all(&account.secrets_stores)
            .map(|one| StoreSeed {
                name: one.name.clone(),
                id: Some(one.id.clone()),
                secrets: all(&one.secrets).cloned().collect(),
            })
            .collect(),
        dispatch_namespaces: all(&account.dispatch_namespaces)
            .map(|one| NamedSeed { name: one.name.clone(), id: None })
            .collect(),
        certificates: all(&account.mtls_certificates)
            .map(|one| named(one.name.as_deref().unwrap_or_default(), &one.id))
            .collect(),
        pipelines: all(&account.pipelines).map(|one| named(&one.name, &one.id)).collect(),
        pages: all(&account.pages_projects)
            .map(|one| PagesSeed {
                name: one.name.clone(),
                production_branch: Some(one.production_branch.clone()),
            })
            .collect(),
    }
}

fn buckets(r2: &account::R2) -> R2Seed {
    let buckets = r2.buckets.iter().flat_map(|(jurisdiction, names)| {
        all(names)
            .map(|name| BucketSeed { name: name.clone(), jurisdiction: Some(jurisdiction.clone()) })
    });
    R2Seed { enabled: r2.enabled, buckets: buckets.collect() }
}

/// Writes down which migrations had been applied, as Wrangler does (cli.js, `initMigrationsTable`).
fn applied(migrations: &BTreeMap<String, Seen<Vec<String>>>) -> Option<String> {
    let quoted = |text: &str, quote: char| {
        let doubled = format!("{quote}{quote}");
        format!("{quote}{}{quote}", text.replace(quote, &doubled))
    };
    let sql: String = migrations
        .iter()
        .filter_map(|(table, names)| Some((quoted(table, '"'), names.known()?)))
        // A table that remembers none may as well not be there.
        .filter(|(_, names)| !names.is_empty())
        .map(|(table, names)| {
            let rows = names.iter().map(|name| {
                format!("INSERT INTO {table} (name) VALUES ({});\n", quoted(name, '\''))
            });
            let rows: String = rows.collect();
            format!(
                "CREATE TABLE {table} (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, \
                 applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);\n{rows}"
            )
        })
        .collect();
    Some(sql).filter(|sql| !sql.is_empty())
}
