//! What keeps the gate closed.

use clodo::server::sandbox::faults::What;

use super::scene::{BO, Scene};
use crate::deploy::place::said;
use crate::toolchain::toolchain;

#[test]
fn nobody_approves_the_own_change() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, &BO.replace("user:bo", "user:ana, user:bo, user:cy"));
    scene.deploy(&[], 4);
    for who in ["ana", "cy"] {
        scene.approve(who);
    }
    let waits = scene.deploy(&[], 4);
    for (who, what) in [("ana", "author"), ("cy", "started the run")] {
        let why = format!("of somebody who had to do with the change: {what}");
        assert!(Scene::void(&waits, who).contains(&why), "{waits:?}");
    }
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
    scene.fail("/contents/*", What::Error { status: 403, code: 10000 });
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
