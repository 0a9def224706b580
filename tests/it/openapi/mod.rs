//! The judges: other people's descriptions of their APIs, as published.
//!
//! They are no part of the project. `CLODO_OPENAPI_DIR` names the folder where they are; without it
//! the judges say so once, and let everything pass.

pub(crate) mod github;
pub(crate) mod gitlab;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, Once};

use serde_json::{Value, json};

use crate::toolchain::say;

/// A description by the name of its file.
pub(crate) fn document(name: &str) -> Option<Value> {
    static SAID: Once = Once::new();
    let Some(folder) = std::env::var_os("CLODO_OPENAPI_DIR").map(PathBuf::from) else {
        SAID.call_once(|| say("not judged: requests and answers; CLODO_OPENAPI_DIR is not set"));
        return None;
    };
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).expect("the description is JSON"))
}

/// OpenAPI 3.0 says `nullable` where JSON Schema lists `null` among the types.
pub(crate) fn lower_nullable(value: &mut Value) {
    if let Value::Object(object) = value {
        let nullable = object.remove("nullable") == Some(json!(true));
        if let (true, Some(Value::Array(values))) = (nullable, object.get_mut("enum")) {
            values.push(Value::Null);
        }
        if let (true, Some(kind)) = (nullable, object.get_mut("type")) {
            *kind = json!([kind.take(), "null"]);
        } else if let (true, Some(Value::Array(any))) = (nullable, object.get_mut("anyOf")) {
            any.push(json!({ "type": "null" }));
        } else if let (true, Some(all)) = (nullable, object.remove("allOf")) {
            object.insert("anyOf".into(), json!([{ "allOf": all }, { "type": "null" }]));
        }
        object.values_mut().for_each(lower_nullable);
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(lower_nullable);
    }
}

/// What a schema has against a value.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    problems_of(&validator(schema), value)
}

/// The same for a schema that is asked more than once.
pub(crate) fn problems_of(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    let problem = |e: jsonschema::ValidationError<'_>| format!("{}: {e}", e.instance_path());
    validator.iter_errors(value).map(problem).collect()
}

pub(crate) fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::validator_for(schema).expect("the description is a schema")
}

/// The validator of a schema that stands in a document: it is dear to make, and many bodies are alike.
pub(crate) fn cached(key: String, document: &Value, schema: &Value) -> Arc<jsonschema::Validator> {
    static MADE: LazyLock<Mutex<BTreeMap<String, Arc<jsonschema::Validator>>>> =
        LazyLock::new(Mutex::default);
    if let Some(made) = MADE.lock().expect("no test panics in here").get(&key) {
        return made.clone();
    }
    let made = Arc::new(validator(&standing_in(document, schema)));
    MADE.lock().expect("no test panics in here").insert(key, made.clone());
    made
}

/// The template of a path, and its operations.
pub(crate) fn template<'a>(document: &'a Value, path: &str) -> Option<(&'a str, &'a Value)> {
    let matches = |template: &str| {
        let (template, path) = (template.split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(t, p)| t.starts_with('{') && !p.is_empty() || t == p)
    };
    let paths = document["paths"].as_object().expect("paths");
    // `/issues/comments/{id}` is meant before `/issues/{number}/comments`.
    let found = paths.iter().filter(|(template, _)| matches(template));
    let found = found.min_by_key(|(template, _)| template.matches('{').count())?;
    Some((found.0, found.1))
}

/// The operation of a request, by the template of its path.
pub(crate) fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    template(document, path)?.1.get(method.to_lowercase())
}

/// A schema that stands somewhere in a document, with the parts that it refers to: a validator of
/// the whole document would be large, and slow to make.
pub(crate) fn standing_in(document: &Value, schema: &Value) -> Value {
    let mut parts = BTreeSet::new();
    refer(document, schema, &mut parts);
    let mut standing = json!({ "allOf": [schema] });
    for part in parts {
        let mut at = &mut standing;
        for name in part.split('/').skip(1) {
            at = &mut at[name];
        }
        *at = document.pointer(&part).cloned().expect("it was found");
    }
    standing
}

/// Collects what a schema refers to, as pointers into the document.
fn refer(document: &Value, schema: &Value, parts: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            let part = object.get("$ref").and_then(Value::as_str);
            let part = part.and_then(|part| part.strip_prefix('#'));
            if let Some((part, found)) = part.and_then(|part| Some((part, document.pointer(part)?)))
                && parts.insert(part.to_owned())
            {
                refer(document, found, parts);
            }
            object.values().for_each(|value| refer(document, value, parts));
        }
        Value::Array(items) => items.iter().for_each(|item| refer(document, item, parts)),
        _ => {}
    }
}
