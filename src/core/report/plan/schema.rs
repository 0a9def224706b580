//! The JSON Schemas of `clodo.plan/1` and `clodo.drift/1`, for those who read them by program. Their
//! words come from the types that are written, so the two cannot part.

use serde_json::{Value, json};

use super::json::DRIFT_SCHEMA;
use crate::core::plan::{Aspect, Obstacle, SCHEMA, Sign, Unasked};

/// The JSON Schema (draft 2020-12) of a plan. Fields may be added within `/1`, so readers pass over
/// those that they do not know.
pub fn plan_schema() -> Value {
    let rollback = record(json!({
        "state": { "enum": ["nothing", "possible", "blocked", "unknown"] },
        "blockers": list(record(json!({
            "kind": { "enum": Obstacle::ALL.map(Obstacle::as_str) },
            "names": strings(),
        }))),
    }));
    let service = record(json!({
        "service": { "type": "string" },
        "config": { "type": "string", "description": "The path of its configuration" },
        "worker": { "type": "string", "description": "The Worker or Pages project" },
        "wrangler": text_or_null("The version of Wrangler that built it"),
        "live": list(record(json!({
            "version_id": { "type": "string" },
            "percentage": { "type": "number", "minimum": 0, "maximum": 100 },
        }))),
        "live_since": time_or_null(),
        "failure": text_or_null("Why it does not build, in Wrangler's words"),
        "changes": list(change()),
        "unknown": list(unknown()),
        "cautions": strings(),
        "rollback": rollback,
    }));
    document(
        SCHEMA,
        "What the deployment of an environment would change",
        json!({
            "hash": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "services": list(service),
            "order": list(strings()),
            "circles": list(strings()),
        }),
    )
}

/// The JSON Schema (draft 2020-12) of a drift.
pub fn drift_schema() -> Value {
    let service = record(json!({
        "service": { "type": "string" },
        "config": { "type": "string", "description": "The path of its configuration" },
        "worker": { "type": "string", "description": "The Worker or Pages project" },
        "changes": list(change()),
        "unknown": list(unknown()),
        "origin": strings(),
    }));
    let services = json!({ "services": list(service) });
    document(DRIFT_SCHEMA, "How an account differs from the configurations", services)
}

/// What both documents begin with, and their own fields.
fn document(schema: &str, description: &str, own: Value) -> Value {
    let mut properties = json!({
        "schema": { "const": schema },
        "clodo": { "type": "string", "description": "The version of clodo" },
        "environment": text_or_null("null is the top level"),
        "accounts": strings(),
        "account_read_at": { "type": "string", "format": "date-time" },
        "changes": { "type": "boolean", "description": "false where it is certain that nothing does" },
        "without_environment": strings(),
    });
    if let (Value::Object(all), Value::Object(own)) = (&mut properties, own) {
        all.extend(own);
    }
    let mut document = record(properties);
    document["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    document["title"] = json!(schema);
    document["description"] = json!(description);
    document
}

fn change() -> Value {
    let mut unasked: Vec<Value> = Unasked::ALL.iter().map(|one| json!(one.as_str())).collect();
    unasked.push(Value::Null);
    record(json!({
        "aspect": aspect(),
        "sign": { "enum": Sign::ALL.map(Sign::as_str) },
        "name": { "type": "string" },
        "from": text_or_null("What is live, in words"),
        "to": text_or_null("What the configuration wants, in words"),
        "note": text_or_null("What is worth a word about it"),
        "unasked": { "enum": unasked },
        "destructive": { "type": "boolean" },
    }))
}

fn unknown() -> Value {
    record(json!({ "aspect": aspect(), "why": { "type": "string" } }))
}

fn aspect() -> Value {
    json!({ "enum": Aspect::ALL.map(Aspect::as_str) })
}

/// An object that has all of these.
fn record(properties: Value) -> Value {
    let required: Vec<&String> =
        properties.as_object().into_iter().flat_map(|p| p.keys()).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn strings() -> Value {
    list(json!({ "type": "string" }))
}

fn text_or_null(description: &str) -> Value {
    json!({ "type": ["string", "null"], "description": description })
}

fn time_or_null() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}
