//! GitLab's types, as a client of its own has them, as the judge: of answers, and of requests as far
//! as what is asked for has the names of what is made.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{cached, document, problems, problems_of};

static GITLAB: LazyLock<Option<Value>> = LazyLock::new(|| {
    let mut document = document("gitlab-schemas.json")?;
    // GitLab says `null` where the types say that a field need not be there.
    null_for_nothing(&mut document);
    Some(document)
});

fn null_for_nothing(value: &mut Value) {
    if let Value::Object(schema) = value {
        let required = schema.get("required").cloned().unwrap_or_default();
        let required = required.as_array().cloned().unwrap_or_default();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for (name, property) in properties.iter_mut() {
                if !required.contains(&json!(name)) {
                    *property = json!({ "anyOf": [property.take(), { "type": "null" }] });
                }
            }
        }
        schema.values_mut().for_each(null_for_nothing);
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(null_for_nothing);
    }
}

/// What is wrong with an answer that shall be of a type: `CommitStatus`, `MergeRequestNote`, `User`, …
pub(crate) fn wrong(name: &str, answer: &Value) -> Vec<String> {
    let Some(document) = &*GITLAB else { return Vec::new() };
    let schema = &document["definitions"]["GitLab"]["properties"][name];
    assert!(schema.is_object(), "there is no type {name}");
    problems_of(&cached(format!("gitlab {name}"), document, schema), answer)
}

/// Judges an answer.
pub(crate) fn answer(name: &str, answer: &Value) {
    let found = wrong(name, answer);
    assert!(found.is_empty(), "{name}: {found:#?}");
}

/// Judges the body of a request by the type of what it makes: the published types describe answers,
/// and what is asked for stands there under the same names, `state` excepted.
pub(crate) fn body(name: &str, body: &Value) {
    let Some(document) = &*GITLAB else { return };
    let mut known: Map<String, Value> =
        document["definitions"]["GitLab"]["properties"][name]["properties"]
            .as_object()
            .expect("properties")
            .clone();
    if name == "CommitStatus" {
        let state = known["status"].clone();
        known.insert("state".into(), state);
        known.insert("pipeline_id".into(), json!({ "type": "integer" }));
    }
    let schema = json!({ "type": "object", "properties": known, "additionalProperties": false });
    let found = problems(&schema, body);
    assert!(found.is_empty(), "{name}: {found:#?}");
}

#[test]
fn the_judge_can_say_no() {
    if GITLAB.is_none() {
        return;
    }
    let note = json!({ "id": 1, "body": "a", "attachment": null });
    assert!(wrong("MergeRequestNote", &note).len() > 5);
}
