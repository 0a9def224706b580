//! What goes as it should.

use clodo::core::model::journal::Action;

use super::scene::{BO, Scene};
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
