//! What people say on their own machines.

use super::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn somebody_approves_on_the_own_machine() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    let hash = scene.asked();
    let key = scene.key_of_bo();
    let args = ["approve", "production", &hash[..12], "--key", &key, "--yes"];
    // Di's name, and Bo's key.
    let foreign = scene.at_desk("di", &args);
    assert_eq!(foreign.code, Some(3), "{foreign:?}");
    let words = "none of the keys that the forge publishes for di";
    assert!(foreign.err.contains(words), "{foreign:?}");
    let approved = scene.at_desk("bo", &args);
    assert_eq!(approved.code, Some(0), "{approved:?}");
    assert!(approved.out.contains("api.bundle"), "{}", approved.out);
    scene.deploy(&[], 0);
    assert_eq!(scene.decided()[0]["approvals"][0]["method"], "clodo approve");
}

#[test]
fn a_hash_that_nobody_was_asked_about_is_told() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    for (hash, words) in [
        ("9f3c41d07b2a", "nobody was asked about a plan 9f3c41d07b2a"),
        ("9f3c", "9f3c is no hash of a plan"),
    ] {
        let said = scene.at_desk("bo", &["reject", "production", hash, "--yes"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
    let said = scene.at_desk("bo", &["approve", "d-01JD0Z00000000000000000000"]);
    assert!(said.err.contains("is no deployment that was made in an emergency"), "{said:?}");
}
