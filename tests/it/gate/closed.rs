//! What keeps the gate closed.

use super::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn what_a_forge_does_not_answer_keeps_it_closed() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    for path in ["/commits/", "/pulls/42", "/issues/42/comments", "/actions/runs/"] {
        scene.fail(path);
        let closed = scene.clodo(&["deploy", "-e", "production"]);
        assert_eq!(closed.code, Some(7), "{path}: {closed:?}");
        assert!(closed.err.contains("the gate stays closed"), "{path}: {}", closed.err);
        scene.heal();
    }
    assert!(scene.place.deployments().is_empty());
    scene.deploy(&[], 0);
}

#[test]
fn nobody_approves_the_own_change_and_nobody_else_counts() {
    let Some(toolchain) = toolchain() else { return };
    let gate = BO.replace("user:bo", "user:ana, user:bo, user:cy");
    let scene = Scene::merged(toolchain, &gate);
    scene.deploy(&[], 4);
    let line = format!("/clodo approve production {}", scene.asked());
    for who in ["ana", "cy", "eve"] {
        scene.comment(who, &line);
    }
    let waits = scene.deploy(&[], 4);
    for (who, why) in [
        ("ana", "of somebody who had to do with the change: author"),
        ("cy", "of somebody who had to do with the change: started the run"),
        ("eve", "the policy does not ask this person"),
    ] {
        let void = |line: &&str| line.contains(&format!("approval of {who} (comment, "));
        let line = waits.err.lines().find(void).unwrap_or_else(|| panic!("{who}: {waits:?}"));
        assert!(line.contains(why), "{line}");
    }
}
