//! What a plan's hash stands for: everything that decides what the deployment does, and nothing else.
//!
//! Somebody approves a hash. So it changes when what would happen changes (another configuration,
//! other code, another migration, another version live), and it stays the same for another run, on
//! another machine, in another folder, of the same.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::change::{Aspect, Change, Sign, Unasked};
use super::storage::Pending;
use super::{Bound, Built, SCHEMA, ServicePlan};
use crate::core::canonical::{canonical, digest_of};
use crate::core::config::wrangler::{Environment, KEYS};

/// Keys that say nothing about what is deployed: where the schema lies, how to develop, and what
/// Wrangler computes from where a file lies.
const WITHOUT_EFFECT: [&str; 4] = ["$schema", "dev", "env", "send_metrics"];

/// Lists whose order says nothing.
const SETS: [&str; 6] = [
    "compatibility_flags",
    "routes",
    "streaming_tail_consumers",
    "tail_consumers",
    "queues",
    "triggers",
];

/// A configuration as an environment gets it: the same for the same deployment, however the file is
/// written.
pub(super) fn resolved(environment: &Environment<'_>) -> Json {
    let keys = KEYS.iter().filter(|key| !WITHOUT_EFFECT.contains(&key.name));
    let entries = keys.filter_map(|key| {
        let mut value = environment.get(key.name)?.value().to_json();
        if SETS.contains(&key.name) || key.bindings.is_some() {
            sort_lists(&mut value);
        }
        // Written as one route, or as a list of one.
        let (name, value) = match key.name {
            "route" => ("routes", json!([value])),
            name => (name, value),
        };
        Some((name.to_owned(), value))
    });
    Json::Object(entries.collect())
}

/// Sorts the lists of a key of which each item speaks for itself.
fn sort_lists(value: &mut Json) {
    match value {
        Json::Array(items) => items.sort_by_cached_key(canonical),
        Json::Object(table) => {
            for item in table.values_mut().filter(|item| item.is_array()) {
                sort_lists(item);
            }
        }
        _ => {}
    }
}

/// Fields of a service that say how it stands in the account, which a deployment changes itself.
const STANDING: [&str; 3] = ["base", "changes", "unknown"];

/// Whether a plan is what is left of another when a part of it was carried out: it says the same, but
/// for how things stand and for migrations that have run.
pub fn is_rest(whole: &BTreeMap<String, Json>, rest: &BTreeMap<String, Json>) -> bool {
    let same = |(key, value): (&String, &Json)| {
        let Some(was) = whole.get(key) else { return false };
        match key.rsplit_once('.').map(|(_, field)| field) {
            Some(field) if STANDING.contains(&field) => true,
            Some("migrations") => {
                let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
                list(value).iter().all(|migration| list(was).contains(migration))
            }
            _ => value == was,
        }
    };
    whole.keys().eq(rest.keys()) && rest.iter().all(same)
}

/// One service's part.
pub(super) fn of_service(
    service: &ServicePlan,
    environment: &Environment<'_>,
    built: Option<&Built>,
    pending: &[Pending],
) -> Json {
    let migrations = pending
        .iter()
        .map(|one| json!({ "database": one.database, "name": one.name, "digest": one.digest }));
    let base: Vec<Json> = service
        .base
        .iter()
        .map(|share| json!({ "version": share.version_id, "percentage": share.percentage }))
        .collect();
    // Code and assets stand by their digests: what is on record of those that are live differs from
    // machine to machine, and changes nothing.
    let told = |change: &&Change| !matches!(change.aspect, Aspect::Code | Aspect::Assets);
    let changes = service.changes.iter().filter(told);
    let changes = changes.filter(|change| change.sign != Sign::Unknown);
    // They come in the order of the configuration.
    let mut changes: Vec<Json> = changes.map(difference).collect();
    changes.sort_by_cached_key(canonical);
    json!({
        "service": service.service,
        "worker": service.worker,
        "config": digest_of(&resolved(environment)),
        "bundle": built.and_then(|built| built.bundle.as_ref().map(|bundle| bundle.digest.as_str())),
        "assets": built.and_then(|built| built.assets.as_ref().map(|assets| assets.digest.as_str())),
        "migrations": migrations.collect::<Vec<_>>(),
        "changes": changes,
        "wrangler": service.wrangler,
        "fails": service.failure.is_some(),
        "unknown": service.unknown().map(|b| b.aspect.as_str()).collect::<Vec<_>>(),
        "base": base,
    })
}

/// A change without the words about it: what nobody asked for, and what does not come back, count.
fn difference(change: &Change) -> Json {
    json!([
        change.aspect.as_str(),
        change.sign.as_str(),
        change.name,
        change.from,
        change.to,
        change.unasked.map(Unasked::as_str),
        change.destructive,
    ])
}

/// Everything. A plan that is bound to nothing says nothing of it, so that its hash is the same with
/// and without a gate elsewhere.
pub(super) fn subject(
    environment: Option<&str>,
    accounts: &[&str],
    mut services: Vec<Json>,
    bound: Option<&Bound>,
) -> Json {
    services.sort_by_cached_key(canonical);
    let mut subject = Map::from_iter([
        ("schema".to_owned(), json!(SCHEMA)),
        ("environment".to_owned(), json!(environment)),
        ("accounts".to_owned(), json!(accounts)),
        ("services".to_owned(), Json::Array(services)),
    ]);
    subject.extend(bound.map(|bound| {
        let Bound { repository, head, environment, policy } = bound;
        let bound = json!({
            "repository": repository, "head": head, "environment": environment, "policy": policy,
        });
        ("bound".to_owned(), bound)
    }));
    Json::Object(subject)
}

/// A subject field by field: tables are opened, and services go by their names.
pub(super) fn fields(subject: &Json) -> BTreeMap<String, Json> {
    let mut fields = BTreeMap::new();
    for (key, value) in subject.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("services", Json::Array(services)) => {
                for service in services {
                    let name = service["service"].as_str().unwrap_or_default();
                    for (key, value) in service.as_object().into_iter().flatten() {
                        fields.insert(format!("{name}.{key}"), value.clone());
                    }
                }
            }
            ("bound", Json::Object(bound)) => {
                fields.extend(bound.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            // Wrangler's name of the environment stands beside that of clodo.yml.
            ("environment", value) => {
                fields.insert("wrangler-environment".to_owned(), value.clone());
            }
            _ => {
                fields.insert(key.clone(), value.clone());
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_plan_is_known() {
        let fields = |base: &str, bundle: &str, migrations: Json| {
            let service = json!({
                "service": "api", "base": base, "bundle": bundle, "migrations": migrations,
            });
            fields(&subject(Some("production"), &["a1"], vec![service], None))
        };
        let whole = fields("1", "x", json!(["0001", "0002"]));
        assert!(is_rest(&whole, &whole));
        assert!(is_rest(&whole, &fields("2", "x", json!(["0002"]))));
        assert!(!is_rest(&whole, &fields("2", "y", json!(["0002"]))), "other code");
        assert!(!is_rest(&whole, &fields("2", "x", json!(["0003"]))), "another migration");
        let bound = Bound {
            repository: Some("acme/shop".into()),
            head: Some("4be2".into()),
            environment: "production".into(),
            policy: "p".into(),
        };
        let bound = super::fields(&subject(Some("production"), &["a1"], Vec::new(), Some(&bound)));
        assert_eq!(bound["head"], "4be2");
        assert!(!is_rest(&whole, &bound));
    }
}
