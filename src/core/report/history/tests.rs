use serde_json::{Value, json};

use super::*;
use crate::core::comparison::{Commit, Commits, Side, Standing, compare};
use crate::core::model::Actor;
use crate::core::model::account::{LiveBinding, Version};
use crate::core::model::deployment::State;
use crate::core::model::journal::{Action, Entry, Event, GENESIS};
use crate::core::report::TextOptions;

fn deployment(id: &str, state: State, finished: bool) -> Deployment {
    let value = json!({
        "id": id, "account": "acme", "environment": "production", "state": state,
        "started_at": "2026-11-22T12:04:00.000Z",
        "finished_at": finished.then_some("2026-11-22T12:04:07.400Z"),
        "actor": { "id": "ana", "issuer": "github", "method": "pipeline" },
        "kind": "deploy", "commit": "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70", "branch": "main",
        "plan": "9f3c41d07b2a0000", "run_url": "https://ci.example.com/1187",
        "services": [
            { "service": "api", "worker": "api-production", "strategy": "staged",
              "state": "succeeded", "version": "7d1e", "healthy": true, "took_ms": 2400,
              "code": { "digest": "0123456789abcdef", "raw_bytes": 421_888, "gzip_bytes": 133_120 },
              "before": { "deployment": "x", "versions": [{ "version_id": "0c6e", "percentage": 100.0 }] },
              "bookmarks": { "db-1": "00000085-0000" }, "migrations": { "db-1": ["0007_add.sql"] } },
            { "service": "web", "worker": "web-production", "strategy": "direct" },
        ],
    });
    serde_json::from_value(value).expect("a deployment")
}

fn entries() -> Vec<Entry> {
    let event = |op: &str, action, service: Option<&str>, details: Value| Event {
        op: op.to_owned(),
        action,
        actor: Actor { id: "ana".into(), issuer: "github".into(), method: "pipeline".into() },
        account: "acme".to_owned(),
        environment: "production".to_owned(),
        deployment: Some("d-2".to_owned()),
        service: service.map(str::to_owned),
        from: None,
        to: Some(State::Running),
        fence: None,
        details: details.as_object().cloned().unwrap_or_default(),
    };
    let step = |step: &str| json!({ "step": step, "progress": {} });
    let events = [
        event("1", Action::DeploymentStarted, None, json!({})),
        event("2", Action::StepStarted, Some("api"), step("upload")),
        event("3", Action::StepDone, Some("api"), step("upload")),
        event(
            "4",
            Action::StepFailed,
            Some("api"),
            json!({ "step": "promote", "progress": {}, "error": "Cloudflare has a problem\n::error::no" }),
        ),
        event(
            "5",
            Action::DeploymentFinished,
            None,
            json!({ "reason": "api could not be promoted" }),
        ),
    ];
    let entries = events.into_iter().zip(1_u64..).map(|(event, seq)| {
        let at = format!("2026-11-22T12:04:0{seq}.500Z").parse().expect("a time");
        Entry::new(event, seq, at, GENESIS)
    });
    entries.collect()
}

#[test]
fn a_list_says_who_what_when_where_and_how_it_ended() {
    let mut back = deployment("d-3", State::NeedsPerson, true);
    back.cause.kind = Kind::Rollback;
    back.cause.emergency = true;
    back.cause.commit = None;
    back.environment = String::new();
    let all =
        [back, deployment("d-2", State::Running, false), deployment("d-1", State::Succeeded, true)];
    insta::assert_snapshot!(text(&all));
    let json = json(&all);
    assert_eq!(json["deployments"][2]["duration_ms"], 7400);
    assert_eq!(json["deployments"][1]["duration_ms"], Value::Null);
}

#[test]
fn one_deployment_is_shown_with_its_steps() {
    insta::assert_snapshot!(text_of_one(&deployment("d-2", State::Failed, true), &entries()));
    let json = json_of_one(&deployment("d-2", State::Failed, true), &entries());
    assert_eq!(json["entries"].as_array().map(Vec::len), Some(5));
}

#[test]
fn a_difference_reads_like_a_plan() {
    let version = |etag: &str, bindings: &[&str]| Version {
        etag: Some(etag.to_owned()),
        compatibility_date: Some("2026-01-01".to_owned()),
        bindings: bindings
            .iter()
            .map(|name| LiveBinding {
                name: (*name).to_owned(),
                kind: "kv_namespace".to_owned(),
                target: [("namespace_id".to_owned(), json!("56ab"))].into(),
                ..LiveBinding::default()
            })
            .collect(),
        ..Version::default()
    };
    let side = |id: &str, made_of: Version| {
        let mut side = Side::of(&deployment(id, State::Succeeded, true));
        let standing: &mut Standing = &mut side.services[0];
        standing.version = made_of.etag.clone();
        standing.made_of = Ok(made_of);
        side
    };
    let came = vec![Commit { sha: "4be21c7b9d0e".into(), subject: "Add refunds ##[x]".into() }];
    let comparison = compare(
        side("d-1", version("v1", &["KV"])),
        side("d-2", version("v2", &["KV", "CACHE"])),
        Commits::Between { came, went: 2 },
    );
    let options = TextOptions { color: false, width: 80, quiet: false, verbose: false };
    insta::assert_snapshot!(comparison_text(&comparison, &options));
    let json = comparison_json(&comparison);
    assert_eq!(json["services"][0]["changes"][1]["name"], "CACHE");
    assert_eq!(json["commits"]["went"], 2);
}
