//! A deployment that was killed goes on under the approvals that it had.

use super::scene::{BO, Scene};
use crate::deploy::place::{said, says};
use crate::toolchain::toolchain;

#[test]
fn what_was_left_needs_no_new_approval() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    // The new version serves, so that another one would be planned now.
    let mut command = scene.command(&["deploy", "-e", "production"]);
    let killed = said(command.env("CLODO_FAIL_POINT", "after journal step-done deploy"));
    assert_eq!(killed.code, None, "{killed:?}");
    scene.place.let_leases_run_out();
    scene.deploy(&[], 0);
    let deployments = scene.place.deployments();
    assert_eq!(deployments.len(), 1, "{deployments:?}");
    assert_eq!(scene.decided().len(), 2);
    // Other code is another matter.
    scene.place.tree.write("index.js", says("two"));
    scene.deploy(&[], 4);
}
