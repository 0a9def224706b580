//! The published forms: what clodo writes is what its schemas describe, and nothing more.

use std::fs;

use clodo::core::model::account::{json_schema, read};
use clodo::core::report::plan::{drift_schema, plan_schema};
use serde_json::{Value, json};

use crate::openapi::problems_of;
use crate::work_tree::{entries, repository};

/// A plan or a drift, after its schema has been asked. Fields that the schema does not know may be
/// there for readers, and not for those who write it: they are published with it.
pub(crate) fn published(document: Value) -> Value {
    let mut schema = match document["schema"].as_str() {
        Some("clodo.plan/1") => plan_schema(),
        Some("clodo.drift/1") => drift_schema(),
        other => panic!("no schema {other:?}"),
    };
    close(&mut schema);
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    let problems = problems_of(&validator, &document);
    assert!(problems.is_empty(), "{problems:#?}\n{document:#}");
    document
}

/// Lets no object have other fields than those that are named.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(table) => {
            if table.contains_key("properties") {
                table.insert("additionalProperties".into(), json!(false));
            }
            table.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// A picture of an account, after its schema has been asked.
pub(crate) fn picture(document: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&json_schema()).expect("the schema is one");
    problems_of(&validator, document)
}

/// A picture in which every field of every table is there.
fn full() -> Value {
    let path = repository().join("tests/fixtures/account/full.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the picture")).expect("JSON")
}

#[test]
fn schemas_are_schemas() {
    for schema in [plan_schema(), drift_schema(), json_schema()] {
        jsonschema::meta::validate(&schema).expect("the schema has the form of one");
    }
}

#[test]
fn a_schema_refuses_what_is_no_plan() {
    let validator = jsonschema::draft202012::new(&plan_schema()).expect("the schema is one");
    for document in [json!({}), json!({ "schema": "clodo.plan/1" }), json!([])] {
        assert!(!validator.is_valid(&document), "{document}");
    }
}

#[test]
fn pictures_fit_their_schema() {
    let mut checked = 0;
    let mut folders = vec![repository().join("tests/fixtures")];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.file_name().is_some_and(|name| name == "account.json") {
                let text = fs::read_to_string(&path).expect("a picture");
                let document = serde_json::from_str(&text).expect("JSON");
                assert_eq!(picture(&document), Vec::<String>::new(), "{}", path.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 10, "{checked}");
}

/// The program and its schema agree about each field: one more is refused by both, and where one is
/// missing, or of another type, both say the same.
#[test]
fn the_schema_of_a_picture_is_what_is_read() {
    let full = full();
    assert_eq!(picture(&full), Vec::<String>::new());
    let read_again = read(&full.to_string()).expect("a picture");
    let written = serde_json::to_value(&read_again).expect("plain data");
    assert_eq!(written, full, "the fixture leaves something out, or holds what is not kept");

    let mut tables = Vec::new();
    pointers(&full, String::new(), &mut tables);
    assert!(tables.len() > 40, "{}", tables.len());
    let mut compared = 0;
    for (pointer, is_free) in &tables {
        let table = full.pointer(pointer).and_then(Value::as_object).expect("a table");
        let mut changed: Vec<(String, Value)> = Vec::new();
        if !is_free {
            let mut more = full.clone();
            more.pointer_mut(pointer).expect("a table")["clodo-x"] = json!(1);
            changed.push((format!("{pointer} with one more"), more));
        }
        for key in table.keys() {
            let mut less = full.clone();
            less.pointer_mut(pointer).and_then(Value::as_object_mut).expect("a table").remove(key);
            changed.push((format!("{pointer} without {key}"), less));
            let mut other = full.clone();
            other.pointer_mut(pointer).expect("a table")[key.as_str()] = json!({ "a": [7] });
            changed.push((format!("{pointer} with another {key}"), other));
        }
        for (what, document) in changed {
            let (described, read) = (picture(&document), read(&document.to_string()));
            assert_eq!(described.is_empty(), read.is_ok(), "{what}: {described:?} {read:?}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}

/// The tables of a document, and whether their keys are free: names of Workers, and what the API
/// gives.
fn pointers(value: &Value, at: String, out: &mut Vec<(String, bool)>) {
    const FREE: [&str; 11] = [
        "/workers",
        "/buckets",
        "/migrations",
        "/target",
        "/settings",
        "/runtime",
        "/bindings",
        "/subdomain",
        "/observability",
        "/limits",
        "/placement",
    ];
    match value {
        Value::Object(table) => {
            // `settings` of a Worker is a table of ours, that of a consumer is the API's.
            let ours = at.contains("/workers/") && at.ends_with("/settings");
            let is_free = !ours && FREE.iter().any(|end| at.ends_with(end));
            out.push((at.clone(), is_free));
            for (key, value) in table {
                pointers(value, format!("{at}/{key}"), out);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}
