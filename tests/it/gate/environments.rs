//! Environments of GitHub, whose reviewers let a run go on.

use super::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn who_lets_the_run_go_on_has_approved_what_it_showed() {
    let Some(toolchain) = toolchain() else { return };
    let both = BO.replace("user:bo], count: 1", "user:bo, user:di], count: 2");
    let mut scene = Scene::merged(toolchain, &both);
    scene.run_that_waits();
    scene.deploy(&[], 4);
    scene.let_go_on("di");
    let waits = scene.deploy(&[], 4);
    assert!(waits.err.contains("production waits for 1 more approval"), "{}", waits.err);
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    scene.deploy(&[], 0);
    let decided = scene.decided();
    let counted = decided[0]["approvals"].as_array().expect("a list").iter();
    let mut counted: Vec<String> =
        counted.map(|one| format!("{} {}", one["login"], one["method"])).collect();
    counted.sort();
    assert_eq!(counted, [r#""bo" "comment""#, r#""di" "environment""#]);
}

#[test]
fn an_answer_is_for_its_run_and_its_attempt() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::merged(toolchain, &BO.replace("user:bo", "user:bo, user:di"));
    let void = "approval of di (environment, ";
    // Another run has shown the same plan, and this one none yet.
    scene.deploy(&[], 4);
    scene.run_that_waits();
    scene.let_go_on("di");
    let early = scene.deploy(&[], 4);
    assert!(early.err.contains(void), "{}", early.err);
    assert!(early.err.contains("does not count: it was given for another plan"), "{}", early.err);
    // Started again, it keeps the answer, which is none to this attempt.
    scene.start_again("cy");
    let again = scene.deploy(&[], 4);
    assert!(again.err.contains(void), "{}", again.err);
    scene.let_go_on("di");
    scene.deploy(&[], 0);
}
