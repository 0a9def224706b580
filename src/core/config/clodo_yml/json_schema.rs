//! The JSON Schema of `clodo.yml`, for editors. It is made of the table by which the file is
//! read, so the two cannot part.

use serde_json::{Map, Value, json};

use super::keys::ROOT;
use crate::core::config::shape::{Other, Shape, Table, Unknown};

/// The JSON Schema (draft 2020-12) of `clodo.yml`.
pub fn json_schema() -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("clodo.yml"));
    schema
        .insert("description".into(), json!("What a project tells clodo. Everything is optional."));
    schema.extend(of_table(&ROOT));
    Value::Object(schema)
}

fn of(shape: Shape) -> Map<String, Value> {
    match shape {
        Shape::String => keywords(json!({ "type": "string" })),
        Shape::NonEmptyString => keywords(json!({ "type": "string", "minLength": 1 })),
        Shape::Boolean => keywords(json!({ "type": "boolean" })),
        Shape::Number => keywords(json!({ "type": "number" })),
        Shape::Choice(words) => keywords(json!({ "enum": words })),
        Shape::List(item) => keywords(json!({ "type": "array", "items": of(*item) })),
        Shape::Map(item) => {
            keywords(json!({ "type": "object", "additionalProperties": of(*item) }))
        }
        Shape::Table(table) => of_table(table),
        Shape::Either(shapes, _) => {
            keywords(json!({ "anyOf": shapes.iter().map(|shape| of(*shape)).collect::<Vec<_>>() }))
        }
        Shape::Nullable(inner) => keywords(json!({ "anyOf": [of(*inner), { "type": "null" }] })),
        Shape::Test(inner, _) => of(*inner),
        Shape::Schema(inner, more) => {
            let mut schema = of(*inner);
            schema.extend(keywords(more()));
            schema
        }
        // What is left is either anything, or a peculiarity of Wrangler's that `clodo.yml` has
        // not; a schema that says nothing is never wrong.
        _ => Map::new(),
    }
}

fn of_table(table: &Table) -> Map<String, Value> {
    let mut properties = Map::new();
    for field in table.fields {
        let mut schema = Map::new();
        if !field.doc.is_empty() {
            schema.insert("description".into(), json!(field.doc));
        }
        schema.extend(of(field.shape));
        properties.insert(field.name.into(), Value::Object(schema));
    }
    let required: Vec<_> =
        table.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = Map::new();
    if table.other == Other::Reject {
        schema.insert("type".into(), json!("object"));
    }
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    if table.unknown == Unknown::Reject {
        schema.insert("additionalProperties".into(), json!(false));
    }
    schema
}

fn keywords(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(keywords) => keywords,
        _ => Map::new(),
    }
}
