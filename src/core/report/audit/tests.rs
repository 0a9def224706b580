use serde_json::{Value, json};

use super::*;
use crate::core::model::journal::{Actor, Event, GENESIS, verify};

/// A journal with a rollback in which much went wrong.
fn journal() -> Vec<Entry> {
    let event = |op: &str, action, details: Value| Event {
        op: op.to_owned(),
        action,
        actor: Actor { id: "ana".into(), issuer: "github".into(), method: "pipeline".into() },
        account: "acme".to_owned(),
        environment: "production".to_owned(),
        deployment: Some("d-1".to_owned()),
        service: Some("api".to_owned()),
        from: None,
        to: None,
        fence: None,
        details: details.as_object().cloned().unwrap_or_default(),
    };
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let events = [
        Event {
            to: Some(State::Running),
            service: None,
            ..event(
                "01A",
                Action::DeploymentStarted,
                json!({ "kind": "rollback", "reason": "=1+1, \"now\"\nor never" }),
            )
        },
        event(
            "01B",
            Action::StepFailed,
            json!({ "step": "promote", "error": format!("a=b|c {token}") }),
        ),
        Event {
            from: Some(State::Running),
            to: Some(State::NeedsPerson),
            ..event("01C", Action::DeploymentFinished, json!({}))
        },
        Event {
            actor: Actor { id: "=ben".into(), issuer: "local".into(), method: "cli".into() },
            environment: String::new(),
            deployment: None,
            ..event("01D", Action::HoldCleared, json!({ "hold": "01X" }))
        },
    ];
    let mut prev = GENESIS.to_owned();
    let entries = events.into_iter().zip(1_u64..).map(|(event, seq)| {
        let at = format!("2026-11-22T12:0{seq}:00Z").parse().expect("a time");
        let entry = Entry::new(event, seq, at, &prev);
        prev.clone_from(&entry.hash);
        entry
    });
    entries.collect()
}

fn exported(format: AuditFormat, pseudonyms: bool) -> String {
    let mut exporter = Exporter::new(format, pseudonyms);
    let header = exporter.header().unwrap_or_default();
    header + &journal().iter().map(|entry| exporter.line(entry)).collect::<String>()
}

#[test]
fn lines_of_json_can_be_verified_again() {
    let text = exported(AuditFormat::Jsonl, false);
    let records: Vec<_> = text.lines().map(|line| record(line).expect("a record")).collect();
    let entries = journal();
    assert_eq!(records, entries.iter().map(Entry::record).collect::<Vec<_>>());
    assert_eq!(verify(&records).expect("whole").length, 4);
    let altered = text.replace("ana", "eve");
    let records: Vec<_> = altered.lines().map(|line| record(line).expect("a record")).collect();
    assert_eq!(verify(&records).expect_err("altered").seq, 1);
    assert_eq!(record("{}"), None);
    assert_eq!(record("no JSON"), None);
}

#[test]
fn a_spreadsheet_takes_no_field_for_a_formula() {
    insta::assert_snapshot!(exported(AuditFormat::Csv, false).replace('\r', "␍"));
}

#[test]
fn common_events_escape_what_would_end_a_field() {
    let text = exported(AuditFormat::Cef, false);
    assert!(text.lines().count() == 4 && !text.contains("ghp_"), "{text}");
    insta::assert_snapshot!(text);
}

/// The fields that the class asks for, as the schema names them.
#[test]
fn ocsf_has_what_its_class_asks_for() {
    for line in exported(AuditFormat::Ocsf, false).lines() {
        let object: Value = serde_json::from_str(line).expect("JSON");
        for (field, kind) in [
            ("/activity_id", "number"),
            ("/actor/user/name", "string"),
            ("/api/operation", "string"),
            ("/category_uid", "number"),
            ("/class_uid", "number"),
            ("/cloud/provider", "string"),
            ("/metadata/product/name", "string"),
            ("/metadata/version", "string"),
            ("/resources", "array"),
            ("/severity_id", "number"),
            ("/src_endpoint", "object"),
            ("/status_id", "number"),
            ("/time", "number"),
            ("/type_uid", "number"),
        ] {
            let value = object.pointer(field).unwrap_or_else(|| panic!("{field}: {line}"));
            let is = match value {
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                _ => "object",
            };
            assert_eq!(is, kind, "{field}");
        }
        let number = |field: &str| object[field].as_u64().unwrap_or_default();
        assert_eq!((number("class_uid"), number("category_uid")), (6003, 6));
        assert_eq!(number("type_uid"), 600_300 + number("activity_id"));
    }
    insta::assert_snapshot!(exported(AuditFormat::Ocsf, false).lines().nth(2).unwrap_or_default());
}

#[test]
fn people_can_be_left_out() {
    for format in [AuditFormat::Jsonl, AuditFormat::Csv, AuditFormat::Cef, AuditFormat::Ocsf] {
        let text = exported(format, true);
        for word in ["ana", "ben", "never"] {
            assert!(!text.contains(word), "{format:?}: {text}");
        }
        assert!(text.contains("person-1") && text.contains("person-2"), "{format:?}");
    }
}

#[test]
fn people_read_columns() {
    insta::assert_snapshot!(text(&journal()));
}
