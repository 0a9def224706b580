//! The judges of what is sent: GitHub's OpenAPI description and GitLab's types, as published.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use wiremock::Request;

use crate::openapi::{document, lower_nullable, operation, problems, standing_in};

static GITHUB: LazyLock<Option<Value>> = LazyLock::new(|| {
    let mut document = document("github.json")?;
    lower_nullable(&mut document);
    Some(document)
});

static GITLAB: LazyLock<Option<Value>> = LazyLock::new(|| {
    Some(document("gitlab-schemas.json")?["definitions"]["GitLab"]["properties"].take())
});

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
