//! What goes as it should.

use clodo::core::model::journal::Action;
use reqwest::Method;
use serde_json::json;

use super::scene::{BO, Scene};
use crate::deploy::place::says;
use crate::toolchain::toolchain;

#[test]
fn a_plan_waits_until_somebody_approves_it() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let waits = scene.deploy(&[], 4);
    let hash = scene.asked();
    assert!(waits.err.contains("production waits for 1 more approval of user:bo"), "{}", waits.err);
    // Its record is a file, which in a pipeline is gone with it.
    let line = format!("comment `/clodo approve production {hash}` on #42");
    assert!(waits.err.contains(&line), "{}", waits.err);
    assert!(scene.place.deployments().is_empty());

    scene.comment("bo", &format!("/clodo approve production {}\n\nLooks good.", &hash[..12]));
    let deployed = scene.deploy(&[], 0);
    assert!(deployed.err.contains("Gate         open: bo approved"), "{}", deployed.err);
    let decided = scene.entries(Action::GateDecided);
    let [decided] = &decided[..] else { panic!("{decided:?}") };
    let details = &decided.event.details;
    assert_eq!(details["decision"], "open");
    assert_eq!(details["hash"], *hash);
    assert_eq!(details["approvals"][0]["login"], "bo");
    assert_eq!(details["approvals"][0]["person"], "github.com/12");
    let deployments = scene.place.deployments();
    assert_eq!(decided.event.deployment.as_deref(), Some(&*deployments[0].id));
    assert_eq!(deployments[0].cause.plan.as_deref(), Some(&*hash));
}

#[test]
fn two_people_approve_in_different_places() {
    let Some(toolchain) = toolchain() else { return };
    let both = BO.replace("user:bo], count: 1", "user:bo, user:di], count: 2");
    let scene = Scene::merged(toolchain, &both);
    scene.deploy(&[], 4);
    let hash = scene.asked();
    // A review of the head, and a comment.
    scene.review("bo", "APPROVE");
    scene.comment("di", &format!("/clodo approve production {hash}"));
    let deployed = scene.deploy(&[], 0);
    assert!(deployed.err.contains("open: di, bo approved"), "{}", deployed.err);
    assert_eq!(scene.decided()[0]["approvals"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_record_that_lasts_remembers_what_reviewers_saw() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, &format!("{BO}state: {{ d1: clodo-state }}\n"));
    let database = json!({ "name": "clodo-state" });
    let made =
        scene.place.stand.ask(Method::POST, "/accounts/{account}/d1/database", Some(&database));
    assert_eq!(made.0, 200, "{made:?}");
    // Too early: nobody was asked yet.
    scene.review("bo", "APPROVE");
    let waits = scene.deploy(&[], 4);
    assert!(waits.err.contains("review the head of #42"), "{}", waits.err);
    assert!(!waits.err.contains("nothing remembers here"), "{}", waits.err);
    scene.review("bo", "APPROVE");
    let deployed = scene.deploy(&[], 0);
    assert!(deployed.err.contains("Gate         open: bo approved"), "{}", deployed.err);
    // The record of the runner has nothing of it.
    assert!(!scene.place.tree.at(".clodo/state.db").exists());
}

#[test]
fn what_was_deployed_is_no_question_any_more() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    scene.deploy(&[], 0);
    scene.place.tree.write("index.js", says("two"));
    let waits = scene.deploy(&[], 4);
    assert!(!waits.err.contains("api.bundle: "), "{}", waits.err);
    scene.place.tree.write("index.js", says("three"));
    let waits = scene.deploy(&[], 4);
    assert!(waits.err.contains("api.bundle: "), "{}", waits.err);
}

#[test]
fn a_rejection_denies() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.comment("bo", &format!("/clodo reject production {}", scene.asked()));
    let denied = scene.deploy(&[], 3);
    assert!(denied.err.contains("production is closed: bo rejected it"), "{}", denied.err);
    assert_eq!(scene.decided()[0]["decision"], "denied");
}

#[test]
fn the_gate_alone_says_what_it_waits_for() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let gate = |code: i32| {
        let said = scene.clodo(&["gate", "-e", "production", "--format", "json"]);
        assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
        serde_json::from_str::<serde_json::Value>(&said.out).expect("JSON")
    };
    let waiting = gate(4);
    assert_eq!(waiting["decision"], "waiting");
    assert_eq!(waiting["waits"][0]["missing"], 1);
    assert_eq!(waiting["plan"], *scene.asked());
    assert_eq!(
        scene.status(),
        ("pending".to_owned(), "production waits for 1 more approval of user:bo".to_owned())
    );
    // The same hash everywhere.
    let plan = scene.clodo(&["plan", "-e", "production", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan.out).expect("JSON");
    assert_eq!(plan["hash"], waiting["plan"]);

    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    assert_eq!(gate(0)["approvals"][0]["given"][0]["login"], "bo");
    scene.deploy(&[], 0);
    assert_eq!(scene.status().0, "success");
}
