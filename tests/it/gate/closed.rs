//! What keeps the gate closed.

use super::scene::{BO, Scene};
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
