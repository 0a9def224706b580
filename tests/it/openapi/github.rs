//! GitHub's OpenAPI description as the judge.

use std::sync::LazyLock;

use serde_json::Value;

use super::{cached, document, lower_nullable, operation, problems_of};

static GITHUB: LazyLock<Option<Value>> = LazyLock::new(|| {
    let mut document = document("github.json")?;
    lower_nullable(&mut document);
    Some(document)
});

/// Judges a request. Gives whether it had a body to judge.
pub(crate) fn request(method: &str, path: &str, body: Option<&Value>) -> bool {
    let Some(document) = &*GITHUB else { return false };
    let what = format!("{method} {path}");
    let operation = operation(document, method, path)
        .unwrap_or_else(|| panic!("{what} is no operation of GitHub's API"));
    let pointer = "/requestBody/content/application~1json/schema";
    match (operation.pointer(pointer), body) {
        (Some(schema), Some(body)) => {
            let key = format!("github {} {pointer}", operation["operationId"]);
            let found = problems_of(&cached(key, document, schema), body);
            assert!(found.is_empty(), "{what}: {found:#?}");
            only_known(&what, schema, body);
            true
        }
        (_, body) => {
            assert!(body.is_none(), "{what} takes no body");
            false
        }
    }
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

/// Judges an answer. Gives whether the description says what it has to be.
pub(crate) fn answer(method: &str, path: &str, status: u16, answer: &Value) -> bool {
    let Some(document) = &*GITHUB else { return false };
    let operation = operation(document, method, path)
        .unwrap_or_else(|| panic!("{method} {path} is no operation of GitHub's API"));
    let response = &operation["responses"][status.to_string()];
    // Answers that several operations have stand in one place.
    let response = match response["$ref"].as_str().and_then(|at| at.strip_prefix('#')) {
        Some(at) => document.pointer(at).expect("what it refers to"),
        None => response,
    };
    let Some(schema) = response.pointer("/content/application~1json/schema") else { return false };
    let key = format!("github {} {status}", operation["operationId"]);
    let found = problems_of(&cached(key, document, schema), answer);
    assert!(found.is_empty(), "{method} {path} {status}: {found:#?}\nin {answer:#}");
    true
}

#[test]
fn the_judge_can_say_no() {
    let Some(document) = &*GITHUB else { return };
    let status = operation(document, "POST", "/repos/a/b/statuses/c").expect("an operation");
    let schema = status.pointer("/requestBody/content/application~1json/schema").expect("a schema");
    let judge = super::validator(&super::standing_in(document, schema));
    let found = problems_of(&judge, &serde_json::json!({ "state": "successs" }));
    assert_eq!(found.len(), 1, "{found:?}");
    let one = operation(document, "PATCH", "/repos/a/b/issues/comments/7").expect("an operation");
    assert!(one["operationId"].as_str().is_none_or(|id| id.contains("update-comment")));
    assert!(operation(document, "PUT", "/repos/a/b/statuses/c").is_none());
}
