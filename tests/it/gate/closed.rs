//! What keeps the gate closed.

use super::scene::{BO, Scene};
use crate::deploy::place::said;
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
fn where_the_gate_cannot_be_read_a_plan_is_bound_to_nothing_and_nothing_is_deployed() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let run = |args: &[&str]| {
        let args = [args, &["-e", "production"]].concat();
        // Nothing of what the work tree says of the gate counts here.
        said(scene.command(&args).env("CLODO_DEFAULT_BRANCH", "main"))
    };
    scene.fail("/contents/");
    let plan = run(&["plan"]);
    assert_eq!(plan.code, Some(0), "{plan:?}");
    assert!(plan.out.starts_with("Plan "), "{}", plan.out);
    assert!(plan.err.contains("nobody can approve a plan with this hash"), "{}", plan.err);
    assert!(plan.err.contains("contents: read"), "{}", plan.err);
    for command in ["gate", "deploy"] {
        let closed = run(&[command]);
        assert_eq!(closed.code, Some(3), "{closed:?}");
        assert!(closed.err.contains("the gate stays closed"), "{}", closed.err);
    }
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
