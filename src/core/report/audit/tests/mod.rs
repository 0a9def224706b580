mod cef;
mod ocsf;

use serde_json::{Value, json};

use super::{AuditFormat, Exporter, record, text};
use crate::core::model::Actor;
use crate::core::model::deployment::State;
use crate::core::model::journal::{Action, Entry};
use crate::core::model::journal::{Event, GENESIS, verify};

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
    for (line, entry) in text.lines().zip(journal()) {
        let event = cef::read(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        let value = |key: &str| event.extension.get(key).map(String::as_str).unwrap_or_default();
        assert_eq!(event.header[4], entry.event.action.as_str());
        assert_eq!(value("suser"), entry.event.actor.id);
        assert_eq!((value("cn1Label"), value("cn1")), ("seq", &*entry.seq.to_string()));
        assert_eq!((value("cs5Label"), value("cs5")), ("hash", &*entry.hash));
    }
    let first = cef::read(text.lines().next().unwrap_or_default()).expect("an event");
    let details: Value = serde_json::from_str(&first.extension["msg"]).expect("JSON");
    assert_eq!(details["reason"], "=1+1, \"now\"\nor never", "and is read as it was");
    for wrong in ["CEF:0|a|b|c|d|e|3", "CEF:0|a|b|c|d|e|11|", "CEF:0|a|b|c|d|e|3|k=a=b"] {
        assert!(cef::read(wrong).is_err(), "the judge can say no: {wrong}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn ocsf_is_what_its_schema_says() {
    for line in exported(AuditFormat::Ocsf, false).lines() {
        let object: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(ocsf::faults(&object), Vec::<String>::new(), "{line}");
        let mut wrong = object.clone();
        wrong["severity_id"] = 9.into();
        wrong["type_uid"] = 1.into();
        wrong["actor"] = json!({ "invoked_by": "cli" });
        wrong.as_object_mut().expect("an object").remove("api");
        assert_eq!(ocsf::faults(&wrong).len(), 5, "the judge can say no");
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

/// Wherever an action names somebody, and whatever it says one day.
#[test]
fn no_detail_of_any_action_names_somebody() {
    let details = json!({
        "what": "mallory deployed", "error": "mallory", "reason": "mallory", "holder": "mallory",
        "run_url": "https://ci/mallory", "branch": "mallory/x", "repository": "mallory/shop",
        "claimed_by": "github.com/mallory", "person": "mallory", "incident": "mallory",
        "signature": "mallory", "key": "mallory", "fields": { "by": "mallory" },
        "approvals": [{ "login": "mallory", "person": "mallory", "method": "review" }],
        "released": [{ "job": "deploy", "by": "mallory" }], "new": { "deep": ["mallory"] },
        "from": { "by": "mallory", "name": "orders" },
        "progress": { "version": "v1", "before": { "settings": { "tags": ["mallory"] } } },
    });
    for format in [AuditFormat::Jsonl, AuditFormat::Csv, AuditFormat::Cef, AuditFormat::Ocsf] {
        let mut exporter = Exporter::new(format, true);
        for action in Action::ALL {
            let mut event = journal()[0].event.clone();
            event.action = action;
            event.details = details.as_object().cloned().unwrap_or_default();
            // These two have details that are what they are called.
            match action {
                Action::DataChanged => drop(event.details.insert("what".into(), "copy".into())),
                Action::LockForced => drop(event.details.insert("key".into(), "a/b".into())),
                Action::FreezeSet => drop(event.details.remove("from")),
                _ => {}
            }
            let at = "2026-11-22T12:00:00Z".parse().expect("a time");
            let entry = Entry::new(event, 1, at, GENESIS);
            let line = exporter.line(&entry);
            assert!(!line.contains("mallory"), "{format:?}: {line}");
            assert!(!line.contains(&entry.hash), "a guess could be tried: {line}");
            assert!(!line.contains(GENESIS), "{line}");
        }
        let mut kept = journal()[1].event.clone();
        kept.details = details.as_object().cloned().unwrap_or_default();
        let at = "2026-11-22T12:00:00Z".parse().expect("a time");
        let line = exporter.line(&Entry::new(kept, 1, at, GENESIS));
        assert!(line.contains("v1"), "what names nobody stays: {line}");
    }
}

#[test]
fn data_that_were_to_be_changed_are_not_said_to_be() {
    let succeeds = |details: Value| {
        let mut entry = journal()[0].clone();
        (entry.event.action, entry.event.to) = (Action::DataChanged, None);
        entry.event.details = details.as_object().cloned().unwrap_or_default();
        super::succeeded(&entry)
    };
    for what in ["migrate", "restore", "copy"] {
        assert_eq!(succeeds(json!({ "what": what })), None);
        assert_eq!(succeeds(json!({ "what": what, "outcome": "failed" })), Some(false));
        assert_eq!(succeeds(json!({ "what": what, "outcome": "unknown" })), None);
    }
    assert_eq!(succeeds(json!({ "what": "restored" })), Some(true));
    assert_eq!(succeeds(json!({ "what": "migrated", "not_run": [] })), Some(true));
    assert_eq!(succeeds(json!({ "what": "migrated", "not_run": ["0002.sql"] })), Some(false));
}

#[test]
fn no_line_moves_a_terminal() {
    for format in [AuditFormat::Jsonl, AuditFormat::Csv, AuditFormat::Cef, AuditFormat::Ocsf] {
        let mut entry = journal()[0].clone();
        entry.event.actor.id = "an\u{1b}[31ma\u{202e}".into();
        let line = Exporter::new(format, false).line(&entry);
        assert!(!line.contains('\u{1b}'), "{format:?}: {line}");
    }
}

#[test]
fn people_read_columns() {
    insta::assert_snapshot!(text(&journal()));
}
