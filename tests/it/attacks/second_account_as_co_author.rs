//! The author of a change approves it under another name.

use serde_json::json;

use crate::gate::scene::{BO, FORGE, Scene};
use crate::toolchain::toolchain;

/// A GitHub on which the commit of the pull request names Bo as well.
fn with_message(message: &str) -> String {
    FORGE.replace("message: Say another word", &format!("message: {}", json!(message)))
}

#[test]
fn command_by_the_second_account_of_the_author_who_is_a_co_author() {
    let Some(toolchain) = toolchain() else { return };
    for trailer in [
        // An address that only the forge can tell whose it is, GitHub's own, and one in capitals.
        "Co-authored-by: B <bo@home.example>",
        "Co-authored-by: B <12+bo@users.noreply.github.com>",
        "CO-AUTHORED-BY: B <BO@users.noreply.github.com>",
    ] {
        let forge = with_message(&format!("Say another word\n\n{trailer}"));
        let mut scene = Scene::on(toolchain, BO, &forge);
        scene.merge();
        scene.deploy(&[], 4);
        scene.approve("bo");
        let waits = scene.deploy(&[], 4);
        let why = "of somebody who had to do with the change: co-author";
        assert!(waits.err.contains(why), "{trailer}: {}", waits.err);
        assert!(scene.place.deployments().is_empty());
    }
}
