//! How Workers, versions and deployments stand in answers.

use serde_json::{Map, Value, json};

use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::{Binding, Deployment, Script, Version};

/// A Worker in a list of scripts, and as the answer to an upload.
pub(super) fn script(state: &State, name: &str, script: &Script) -> Value {
    let latest = script.latest();
    let mut shown = json!({
        "id": name,
        "tag": script.tag,
        "tags": script.tags,
        "etag": latest.map(etag),
        "handlers": latest.map(|version| &version.handlers),
        "has_assets": latest.is_some_and(|version| version.assets.is_some()),
        "has_modules": latest.is_some_and(|version| !version.is_service_worker),
        "compatibility_date": latest.and_then(|version| version.compatibility_date.as_ref()),
        "compatibility_flags": latest.map(|version| &version.compatibility_flags),
        "created_on": script.created_on,
        "modified_on": script.modified_on,
        "last_deployed_from": script.last_deployed_from,
        "logpush": script.logpush,
        "tail_consumers": script.tail_consumers,
        "usage_model": "standard",
        "routes": routes(state, name),
    });
    for (field, value) in [
        ("observability", script.observability.clone()),
        ("migration_tag", script.migration_tag.clone().map(Value::from)),
    ] {
        if let Some(value) = value {
            shown[field] = value;
        }
    }
    shown
}

fn routes(state: &State, name: &str) -> Vec<Value> {
    let routes = state.zones.0.iter().flat_map(|zone| &zone.routes);
    routes
        .filter(|route| route.script.as_deref() == Some(name))
        .map(|route| json!({ "id": route.id, "pattern": route.pattern, "script": name }))
        .collect()
}

/// What names the code of a version. Cloudflare's is a hash of the content; so is this.
pub(super) fn etag(version: &Version) -> &str {
    version.modules.first().map_or(&version.id, |module| &module.blob)
}

/// A version with what it is made of.
pub(super) fn version(state: &State, script: &Script, version: &Version) -> Value {
    let mut runtime = json!({
        "compatibility_date": version.compatibility_date,
        "compatibility_flags": version.compatibility_flags,
        "usage_model": "standard",
    });
    for (field, value) in [
        ("limits", version.limits.clone()),
        ("migration_tag", version.migration_tag.clone().map(Value::from)),
    ] {
        if let Some(value) = value {
            runtime[field] = value;
        }
    }
    let has_preview = script.subdomain.previews_enabled && version.has_preview();
    let mut shown = json!({
        "id": version.id,
        "number": version.number,
        "metadata": {
            "author_email": state.account.email,
            "author_id": state.account.user_id,
            "created_on": version.created_on,
            "modified_on": version.created_on,
            // As the published description has it, and as Wrangler reads it (cli.js:184370).
            "hasPreview": has_preview,
            "has_preview": has_preview,
            "source": version.source,
        },
        "annotations": version.annotations,
        "resources": {
            "bindings": bindings(version),
            "script": {
                "etag": etag(version),
                "handlers": version.handlers,
                "last_deployed_from": script.last_deployed_from,
            },
            "script_runtime": runtime,
        },
        "startup_time_ms": version.startup_time_ms,
    });
    if let Some(assets) = &version.assets {
        shown["resources"]["assets"] = json!({ "config": assets.config });
    }
    shown
}

/// The bindings of a version without the values of secrets.
pub(super) fn bindings(version: &Version) -> Vec<Binding> {
    version.bindings.iter().map(Binding::shown).collect()
}

/// A deployment.
pub(super) fn deployment(state: &State, deployment: &Deployment) -> Value {
    json!({
        "id": deployment.id,
        "created_on": deployment.created_on,
        "source": deployment.source,
        "strategy": "percentage",
        "author_email": state.account.email,
        "annotations": deployment.annotations,
        "versions": deployment.versions,
    })
}

/// A Worker at `workers/workers`, the newer API.
pub(super) fn worker(state: &State, name: &str, script: &Script) -> Value {
    let consumers = script.tail_consumers.iter();
    let consumers = consumers.map(|consumer| json!({ "name": consumer["service"] }));
    let deployed = script.deployment().map(|deployment| &deployment.created_on);
    json!({
        "id": script.tag,
        "name": name,
        "created_on": script.created_on,
        "updated_on": script.modified_on,
        "deployed_on": deployed,
        "logpush": script.logpush,
        "observability": script.observability.clone().unwrap_or(json!({ "enabled": false })),
        "subdomain": subdomain(state, name, script),
        "tags": script.tags,
        "tail_consumers": consumers.collect::<Vec<_>>(),
        "references": references(state, name),
    })
}

fn subdomain(state: &State, name: &str, script: &Script) -> Value {
    let mut shown = Map::new();
    shown.insert("enabled".into(), script.subdomain.enabled.into());
    shown.insert("previews_enabled".into(), script.subdomain.previews_enabled.into());
    if let Some(subdomain) = &state.workers.subdomain {
        let host = format!("{name}.{subdomain}.workers.dev");
        shown.insert("url".into(), format!("https://{host}").into());
        shown.insert("preview_url_suffix".into(), format!("-{host}").into());
    }
    shown.into()
}

/// What in the account leads to a Worker.
fn references(state: &State, name: &str) -> Value {
    let domains = state.workers.domains.iter().filter(|domain| domain.service == name);
    let domains = domains.map(|domain| {
        let zone = state.zones.get(&domain.zone_id).map(|zone| &*zone.name);
        json!({
            "id": domain.id, "hostname": domain.hostname, "certificate_id": domain.cert_id,
            "zone_id": domain.zone_id, "zone_name": zone.unwrap_or_default(),
        })
    });
    let workers = state
        .workers
        .bound(name)
        .map(|(other, script, _)| json!({ "id": script.tag, "name": other }));
    let objects = state.workers.bound_objects(name).map(|(other, script, namespace)| {
        json!({
            "worker_id": script.tag, "worker_name": other, "namespace_id": namespace.id,
            "namespace_name": format!("{}_{}", namespace.script, namespace.class),
        })
    });
    json!({
        "domains": domains.collect::<Vec<_>>(),
        "workers": workers.collect::<Vec<_>>(),
        "durable_objects": objects.collect::<Vec<_>>(),
        "dispatch_namespace_outbounds": [],
        "queues": [],
    })
}
