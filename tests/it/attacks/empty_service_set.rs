//! Somebody gets an approval of a plan that changes nothing, and uses it for one that does.

use crate::deploy::place::{Said, says};
use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

fn gate(scene: &Scene, code: i32) -> Said {
    let said = scene.clodo(&["gate", "-e", "production"]);
    assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
    said
}

#[test]
fn empty_service_set() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.approve("bo");
    scene.deploy(&[], 0);
    let decided = scene.decided().len();

    // A plan that changes nothing is deployed without anybody, as nothing is deployed. No decision is
    // written down that a later run could find open.
    scene.deploy(&[], 0);
    assert_eq!(scene.place.deployments().len(), 1);
    assert_eq!(scene.decided().len(), decided);
    // Asked about it alone, the gate asks for people as for any other.
    gate(&scene, 4);
    scene.approve("bo");
    gate(&scene, 0);

    // What comes next is another plan.
    scene.place.tree.write("index.js", says("two"));
    let waits = scene.deploy(&[], 4);
    assert!(waits.err.contains("it was given for another plan"), "{}", waits.err);
    assert_eq!(scene.place.deployments().len(), 1);
}

#[test]
fn a_project_without_services_opens_nothing() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    std::fs::remove_file(scene.place.tree.at("wrangler.toml")).expect("a file");
    for command in ["gate", "deploy"] {
        let said = scene.clodo(&[command, "-e", "production"]);
        assert_ne!(said.code, Some(0), "{command}: {said:?}");
    }
    assert!(scene.place.stand.sandbox.state().workers.scripts.is_empty());
}
