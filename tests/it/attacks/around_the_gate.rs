//! Ways around the gate that nobody has named.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clodo::core::model::journal::Action;
use reqwest::Method;
use serde_json::json;

use crate::delivery::place::{OPEN, Place};
use crate::deploy::place::{said, says};
use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn a_comment_on_another_pull_request() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.comment_on(43, "bo", &format!("/clodo approve production {}", scene.asked()));
    let waits = scene.deploy(&[], 4);
    assert!(!waits.err.contains("approval of bo"), "{}", waits.err);
}

#[test]
fn a_program_that_the_policy_names() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, &BO.replace("user:bo", "user:bo, 'user:helper[bot]'"));
    scene.deploy(&[], 4);
    scene.approve("helper");
    let waits = scene.deploy(&[], 4);
    assert!(Scene::void(&waits, "helper[bot]").contains("a program gave it"), "{}", waits.err);
}

#[test]
fn whoever_merged_it_comments_where_nothing_remembers_the_merge() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    place.merge_by("ghp_bo");
    let waiting = place.ci(&place.on_push().with("GITHUB_ACTOR", "bo"), &[]).ends(4);
    let hash = waiting.output("plan-hash").to_owned();
    // A runner is gone with its files.
    std::fs::remove_dir_all(place.tree.at(".clodo")).expect("a folder");
    place.says("ghp_bo", &format!("/clodo approve production {hash}"));
    let commented = place.on_comment().with("GITHUB_ACTOR", "bo");
    let closed = place.ci(&commented, &[]).ends(4);
    assert!(closed.err.contains("production waits"), "{closed:#?}");
    let comment = place.comment();
    assert!(comment.contains("had to do with the change: last pusher"), "{comment}");
}

#[test]
fn an_old_run_that_is_started_again() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.approve("bo");
    scene.deploy(&[], 0);
    let old = (scene.sha.clone(), scene.run);
    scene.place.tree.write("index.js", says("two"));
    scene.merge_one(44);
    scene.deploy(&[], 4);
    let hash = scene.asked();
    scene.comment_on(44, "bo", &format!("/clodo approve production {hash}"));
    scene.deploy(&[], 0);

    // The first run once more, with its approval from then: what serves now is another thing.
    scene.place.tree.write("index.js", says("one"));
    (scene.sha, scene.run) = old;
    let mut command = scene.command(&["deploy", "-e", "production", "--allow-downgrade"]);
    let again = said(command.env("GITHUB_RUN_ATTEMPT", "2").env("GITHUB_TRIGGERING_ACTOR", "bo"));
    assert_eq!(again.code, Some(4), "{again:?}");
    assert!(again.err.contains("it was given for another plan"), "{again:?}");
    assert_eq!(scene.place.deployments().len(), 2);
    assert_eq!(scene.entries(Action::GateDecided).len(), 2);
}

#[test]
fn a_gate_that_is_taken_away_after_a_rollback() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    // There is something to go back to.
    let folder = place.tree.path();
    place.stand.wrangler(toolchain, &folder, &["deploy", "--env", "production"]);
    place.tree.write("index.js", says("two"));
    place.merge();
    let waiting = place.ci(&place.on_push(), &[]).ends(4);
    let command = format!("/clodo approve production {}", waiting.output("plan-hash"));
    place.says("ghp_bo", &command);
    place.ci(&place.on_push(), &[]).ends(0);

    // A rollback asks for nobody, and its record names no commit.
    let back = ["rollback", "-e", "production", "--reason", "it is slow"];
    place.step(&place.on_push(), &back).ends(0);
    for settings in [OPEN.to_owned(), format!("{OPEN}# nothing more\n")] {
        place.tree.write("clodo.yml", &settings);
        place.commit("Let it through");
        let content = STANDARD.encode(&settings);
        let body = json!({ "message": "x", "content": content, "branch": "main" });
        place.forge("ghp_ana", Method::PUT, "/contents/clodo.yml", body);
    }
    place.tree.write("index.js", says("three"));
    let closed = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(closed.deliveries()[1], "production waiting");
    assert!(closed.err.contains("1 more approval of user:bo"), "{closed:#?}");
}
