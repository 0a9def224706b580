//! Somebody makes a plan whose hash begins as that of another, so that an approval of one could be taken
//! for one of the other.

use clodo::core::model::journal::{Action, Event};
use clodo::world::store::new_op;
use serde_json::json;

use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

/// Writes down that people were asked about another plan that begins alike.
fn forge_request(scene: &Scene, hash: &str) {
    let last = scene.entries(Action::ApprovalRequested).pop().expect("a request").event;
    let mut details = last.details.clone();
    details.insert("hash".to_owned(), json!(hash));
    scene.append(&Event { op: new_op(), details, ..last });
}

#[test]
fn plan_hash_prefix_collision() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    let hash = scene.asked();
    let approve =
        |digits: &str| scene.comment("bo", &format!("/clodo approve production {digits}"));

    approve(&hash[..11]);
    let short = scene.deploy(&[], 4);
    assert!(short.err.contains("a comment of bo is no command"), "{}", short.err);

    // Two plans that begin alike were shown: twelve digits mean neither of them, whichever was first.
    let turned: String = hash.chars().rev().collect();
    let twin = format!("{}{}", &hash[..12], &turned[..52]);
    assert_ne!(twin, hash);
    forge_request(&scene, &twin);
    approve(&hash[..12]);
    let alike = scene.deploy(&[], 4);
    assert!(alike.err.contains("does not count: it was given for another plan"), "{}", alike.err);
    let desk = scene.at_desk("bo", &["approve", "production", &hash[..12], "--yes"]);
    assert_eq!(desk.code, Some(2), "{desk:?}");
    assert!(desk.err.contains("several plans begin with"), "{desk:?}");

    // All digits of the one are no approval of the other.
    approve(&twin);
    scene.deploy(&[], 4);
    assert!(scene.place.deployments().is_empty());
    approve(&hash);
    scene.deploy(&[], 0);
}
