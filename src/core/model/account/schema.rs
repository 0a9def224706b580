//! The JSON Schema of `clodo.account/1`, for those who make or change a picture by other means.

use serde_json::{Map, Value, json};

use super::SCHEMA;

/// The JSON Schema (draft 2020-12) of a saved picture. What could not be seen is `{"unknown": …}`,
/// and what nobody looked at is left out.
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "What was seen of Cloudflare accounts; no value of a secret is in it",
        "type": "object",
        "required": ["schema", "taken_at", "accounts"],
        "properties": {
            "schema": { "const": SCHEMA },
            "taken_at": time(),
            "default_account": text(),
            "accounts": list(account()),
        },
        "additionalProperties": false,
        "$defs": { "unseen": unseen(), "binding": binding() },
    })
}

fn account() -> Value {
    record(json!({
        "id": text(),
        "name": seen(text()),
        "token": seen(token()),
        // The one table to which other fields may be added.
        "subdomain": seen(json!({ "type": "object", "properties": { "name": text_or_null() } })),
        "workers": seen(by_name(worker())),
        "custom_domains": seen(list(texts(&["id", "hostname", "service", "zone_id", "zone_name"]))),
        "zones": seen(list(zone())),
        "kv_namespaces": seen(list(texts(&["id", "title"]))),
        "d1_databases": seen(list(database())),
        "r2": seen(record(json!({
            "enabled": { "type": "boolean" },
            "buckets": by_name(seen(list(text()))),
        }))),
        "queues": seen(list(queue())),
        "hyperdrive": seen(list(texts(&["id", "name"]))),
        "vectorize": seen(list(texts(&["name"]))),
        "workflows": seen(list(texts(&["name", "script_name", "class_name"]))),
        "secrets_stores": seen(list(record(json!({
            "id": text(),
            "name": text(),
            "secrets": seen(list(text())),
        })))),
        "dispatch_namespaces": seen(list(texts(&["name"]))),
        "durable_objects": seen(list(record(json!({
            "id": text(),
            "script": text(),
            "class": text(),
            "use_sqlite": { "type": "boolean" },
        })))),
        "mtls_certificates": seen(list(record(json!({ "id": text(), "name": text_or_null() })))),
        "pipelines": seen(list(texts(&["id", "name"]))),
        "pages_projects": seen(list(pages_project())),
    }))
}

fn token() -> Value {
    record(json!({
        "kind": { "enum": ["user", "account", "global_key"] },
        "status": { "enum": ["active", "disabled", "expired", "invalid", "malformed"] },
        "expires_on": time_or_null(),
        "not_before": time_or_null(),
    }))
}

fn worker() -> Value {
    record(json!({
        "modified_on": time_or_null(),
        "compatibility_date": text_or_null(),
        "compatibility_flags": list(text()),
        "handlers": list(text()),
        "entrypoints": { "type": ["array", "null"], "items": text() },
        "migration_tag": text_or_null(),
        "last_deployed_from": text_or_null(),
        "has_assets": { "type": "boolean" },
        "logpush": { "type": "boolean" },
        "observability": { "description": "As the API gives it" },
        "tail_consumers": list(text()),
        "tags": list(text()),
        "routes": list(text()),
        "workers_dev": seen(record(json!({
            "enabled": { "type": "boolean" },
            "previews_enabled": { "type": "boolean" },
        }))),
        "settings": seen(record(json!({
            "bindings": list(json!({ "$ref": "#/$defs/binding" })),
            "limits": { "description": "As the API gives them" },
            "placement": { "description": "As the API gives it" },
            "usage_model": text_or_null(),
        }))),
        "deployments": seen(list(deployment())),
        "versions": seen(list(text())),
        "crons": seen(list(text())),
    }))
}

fn deployment() -> Value {
    let share = json!({
        "type": "object",
        "required": ["version_id", "percentage"],
        "properties": { "version_id": text(), "percentage": { "type": "number" } },
        "additionalProperties": false,
    });
    record(json!({
        "id": text(),
        "created_on": time_or_null(),
        "source": text_or_null(),
        "triggered_by": text_or_null(),
        "message": text_or_null(),
        "versions": list(share),
    }))
}

/// What a Worker or Pages project is bound to. Of a variable there is a digest at most.
fn binding() -> Value {
    record(json!({
        "name": text(),
        "type": text(),
        "target": { "type": "object" },
        "digest": text_or_null(),
    }))
}

fn zone() -> Value {
    record(json!({
        "id": text(),
        "name": text(),
        "status": text_or_null(),
        "paused": { "type": "boolean" },
        "account_id": text_or_null(),
        "routes": seen(list(record(json!({
            "id": text(),
            "pattern": text(),
            "script": text_or_null(),
        })))),
        "dns": seen(list(record(json!({
            "id": text(),
            "name": text(),
            "type": text(),
            "proxied": { "type": "boolean" },
            "content": text_or_null(),
            "read_only": { "type": "boolean" },
        })))),
    }))
}

fn database() -> Value {
    record(json!({
        "id": text(),
        "name": text(),
        "jurisdiction": text_or_null(),
        "migrations": by_name(seen(list(text()))),
    }))
}

fn queue() -> Value {
    record(json!({
        "id": text(),
        "name": text(),
        "consumers": list(record(json!({
            "type": text(),
            "script": text_or_null(),
            "dead_letter_queue": text_or_null(),
            "settings": { "type": "object" },
        }))),
    }))
}

fn pages_project() -> Value {
    record(json!({
        "name": text(),
        "production_branch": text(),
        "git_connected": { "type": "boolean" },
        "domains": list(text()),
        "build": record(json!({
            "command": text_or_null(),
            "output_dir": text_or_null(),
            "root_dir": text_or_null(),
        })),
        "runtime": by_name(record(json!({
            "compatibility_date": text_or_null(),
            "compatibility_flags": list(text()),
            "limits": { "description": "As the API gives them" },
            "placement": { "description": "As the API gives it" },
        }))),
        "bindings": by_name(list(json!({ "$ref": "#/$defs/binding" }))),
    }))
}

/// Why something could not be seen.
fn unseen() -> Value {
    json!({
        "type": "object",
        "required": ["unknown"],
        "properties": { "unknown": {
            "type": "object",
            "required": ["why"],
            "properties": {
                "why": { "enum": ["forbidden", "failed"] },
                "needs": text_or_null(),
                "message": text(),
                "ray": text_or_null(),
            },
        } },
    })
}

/// What was seen, or why it could not be.
fn seen(known: Value) -> Value {
    json!({ "anyOf": [known, { "$ref": "#/$defs/unseen" }, { "type": "null" }] })
}

/// A table that may have these fields, and no others.
fn record(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A table of nothing but texts.
fn texts(names: &[&str]) -> Value {
    let properties: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), text())).collect();
    record(Value::Object(properties))
}

fn by_name(value: Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn text_or_null() -> Value {
    json!({ "type": ["string", "null"] })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn time_or_null() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}
