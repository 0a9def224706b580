//! Somebody who may write to the repository changes what another person has commented.

use reqwest::Method;
use serde_json::json;

use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn edited_comment() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    let command = format!("/clodo approve production {}", scene.asked());
    let harmless = scene.comment("bo", "I shall look at it tomorrow.");
    let path = format!("/issues/comments/{harmless}");
    scene.ask("ana", Method::PATCH, &path, &json!({ "body": command }));
    // Within the same second, where both times of the comment are the same.
    let waits = scene.deploy(&[], 4);
    let words = "a comment of bo was edited, and so is no command";
    assert!(waits.err.contains(words), "{}", waits.err);
    // Nor by its own author: an approval says what it said when it was given.
    scene.ask("bo", Method::PATCH, &path, &json!({ "body": format!("{command}\n\nI mean it.") }));
    scene.deploy(&[], 4);
    assert!(scene.place.deployments().is_empty());
    scene.approve("bo");
    scene.deploy(&[], 0);
}
