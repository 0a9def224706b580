//! The judges of what is sent: GitHub's OpenAPI description and GitLab's types, as published.
//!
//! They are other people's documents and no part of the project. `CLODO_OPENAPI_DIR` names the
//! folder where they are; without it the judges say so once, and let everything pass.

use std::path::PathBuf;
use std::sync::{LazyLock, Once};

use serde_json::{Map, Value, json};
use wiremock::Request;

use crate::toolchain::say;

fn document(name: &str) -> Option<Value> {
    static SAID: Once = Once::new();
    let Some(folder) = std::env::var_os("CLODO_OPENAPI_DIR").map(PathBuf::from) else {
        SAID.call_once(|| {
            say("not judged: requests to GitHub and GitLab; CLODO_OPENAPI_DIR is not set")
        });
        return None;
    };
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).expect("the description is JSON"))
}

static GITHUB: LazyLock<Option<Value>> = LazyLock::new(|| {
    let mut document = document("github.json")?;
    lower_nullable(&mut document);
    Some(document)
});

static GITLAB: LazyLock<Option<Value>> = LazyLock::new(|| {
    Some(document("gitlab-schemas.json")?["definitions"]["GitLab"]["properties"].take())
});

/// OpenAPI 3.0 says `nullable` where JSON Schema lists `null` among the types.
fn lower_nullable(value: &mut Value) {
    if let Value::Object(object) = value {
        let nullable = object.remove("nullable") == Some(json!(true));
        if let (true, Some(kind)) = (nullable, object.get_mut("type")) {
            *kind = json!([kind.take(), "null"]);
        }
        object.values_mut().for_each(lower_nullable);
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(lower_nullable);
    }
}

fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("the description is a schema");
    let problem = |e: jsonschema::ValidationError<'_>| format!("{}: {e}", e.instance_path());
    validator.iter_errors(value).map(problem).collect()
}

/// The operation of a request, by the template of its path.
fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let matches = |template: &str| {
        let (template, path) = (template.split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(t, p)| t.starts_with('{') && !p.is_empty() || t == p)
    };
    let paths = document["paths"].as_object().expect("paths");
    // `/issues/comments/{id}` is meant before `/issues/{number}/comments`.
    let found = paths.iter().filter(|(template, _)| matches(template));
    let found = found.min_by_key(|(template, _)| template.matches('{').count())?;
    found.1.get(method.to_lowercase())
}

/// A schema that stands somewhere in a document, with the parts that it may refer to.
fn standing_in(document: &Value, schema: &Value) -> Value {
    json!({ "allOf": [schema], "components": document["components"] })
}

/// Judges requests to GitHub. Gives how many bodies were judged.
pub(super) fn judge_github(requests: &[Request]) -> usize {
    let Some(document) = &*GITHUB else { return 0 };
    let mut judged = 0;
    for request in requests {
        let path = request.url.path().trim_start_matches("/api/v3");
        if path.ends_with("/graphql") {
            continue;
        }
        let what = format!("{} {path}", request.method);
        let operation = operation(document, request.method.as_str(), path)
            .unwrap_or_else(|| panic!("{what} is no operation of GitHub's API"));
        let schema = operation.pointer("/requestBody/content/application~1json/schema");
        match schema {
            Some(schema) if !request.body.is_empty() => {
                let body = request.body_json().expect("JSON");
                let found = problems(&standing_in(document, schema), &body);
                assert!(found.is_empty(), "{what}: {found:#?}");
                only_known(&what, schema, &body);
                judged += 1;
            }
            _ => assert!(request.body.is_empty(), "{what} takes no body"),
        }
    }
    judged
}

/// A name that nobody knows is one that is spelt wrong, though no schema says so.
fn only_known(what: &str, schema: &Value, value: &Value) {
    let (Some(known), Some(object)) = (schema["properties"].as_object(), value.as_object()) else {
        if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
            values.iter().for_each(|value| only_known(what, items, value));
        }
        return;
    };
    for (name, value) in object {
        let schema = known.get(name).unwrap_or_else(|| panic!("{what}: nobody knows {name}"));
        only_known(what, schema, value);
    }
}

/// Judges an answer of GitHub's stand-in.
pub(super) fn judge_github_answer(method: &str, path: &str, status: u16, answer: &Value) {
    let Some(document) = &*GITHUB else { return };
    let path = path.trim_start_matches("/api/v3");
    let operation = operation(document, method, path).expect("an operation");
    let pointer = format!("/responses/{status}/content/application~1json/schema");
    if let Some(schema) = operation.pointer(&pointer) {
        let found = problems(&standing_in(document, schema), answer);
        assert!(found.is_empty(), "{method} {path}: {found:#?}");
    }
}

/// Judges an answer of GitLab's stand-in: `CommitStatus`, `MergeRequestNote`, `User`.
pub(super) fn judge_gitlab_answer(name: &str, answer: &Value) {
    let Some(document) = &*GITLAB else { return };
    let found = problems(&document[name], answer);
    assert!(found.is_empty(), "{name}: {found:#?}");
}

/// Judges the body of a request to GitLab by the type of what it makes: the published types describe
/// answers, and what is asked for stands there under the same names, `state` excepted.
pub(super) fn judge_gitlab_body(name: &str, body: &Value) {
    let Some(document) = &*GITLAB else { return };
    let mut known: Map<String, Value> =
        document[name]["properties"].as_object().expect("properties").clone();
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
fn the_judges_can_say_no() {
    if GITHUB.is_none() {
        return;
    }
    let document = GITHUB.as_ref().expect("it is there");
    let status = operation(document, "POST", "/repos/a/b/statuses/c").expect("an operation");
    let schema = status.pointer("/requestBody/content/application~1json/schema").expect("a schema");
    let found = problems(&standing_in(document, schema), &json!({ "state": "successs" }));
    assert_eq!(found.len(), 1, "{found:?}");
    let one = operation(document, "PATCH", "/repos/a/b/issues/comments/7").expect("an operation");
    assert!(one["operationId"].as_str().is_none_or(|id| id.contains("update-comment")));
    assert!(operation(document, "PUT", "/repos/a/b/statuses/c").is_none());
}
