//! Somebody whom nobody asked approves, or says no to what others approved.

use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn command_by_an_outsider() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    // Eve may not even write to the repository; Di may, and is not asked.
    scene.approve("eve");
    scene.approve("di");
    // What looks like Bo's words is Eve's comment all the same.
    let hash = scene.asked();
    scene.comment("eve", &format!("@bo: /clodo approve production {hash}"));
    scene.comment("eve", &format!("> **bo** wrote:\n> /clodo approve production {hash}"));
    let waits = scene.deploy(&[], 4);
    for who in ["eve", "di"] {
        let void = |line: &&str| line.contains(&format!("approval of {who} (comment, "));
        let mut lines = waits.err.lines().filter(void);
        let line = lines.next().unwrap_or_else(|| panic!("{who}: {waits:?}"));
        assert!(line.contains("the policy does not ask this person"), "{line}");
        assert_eq!(lines.next(), None, "once, for the command alone");
    }
    // Nor can strangers stop what others may decide.
    scene.comment("eve", &format!("/clodo reject production {hash}"));
    scene.approve("bo");
    scene.deploy(&[], 0);
}
