//! Clocks that differ, where an approval is about to expire. The time of an approval is the forge's, and
//! the time of the decision is the record's. `core::gate` has the edges to the second.

use clodo::server::sandbox::envelope::ApiError;
use jiff::{SignedDuration, Timestamp};

use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

/// The comments of the pull request were written so many minutes from now.
fn written(scene: &Scene, minutes: i64) {
    let at = Timestamp::now() + SignedDuration::from_mins(minutes);
    let at = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let changed = scene.place.stand.sandbox.store.change(|state| -> Result<(), ApiError> {
        let repository = state.github.repositories.get_mut("acme/shop").expect("a repository");
        for comment in &mut repository.comments {
            (comment.created_at, comment.updated_at) = (at.clone(), at.clone());
        }
        Ok(())
    });
    changed.expect("a change");
}

#[test]
fn clock_skew_at_expiry() {
    let Some(toolchain) = toolchain() else { return };
    let gate = format!("{BO}      expires: 1h\n");
    let scene = Scene::merged(toolchain, &gate);
    scene.deploy(&[], 4);
    scene.approve("bo");
    // A forge that is ahead by more than clocks differ gives no approval that lasts longer; one that is
    // behind gives one that expires sooner; and at the end nothing is added for the difference.
    for (minutes, why) in
        [(10, "its time lies in the future"), (-60, "it has expired"), (-61, "it has expired")]
    {
        written(&scene, minutes);
        let waits = scene.deploy(&[], 4);
        assert!(waits.err.contains(why), "{minutes}: {}", waits.err);
    }
    assert!(scene.place.deployments().is_empty());
    written(&scene, -30);
    scene.deploy(&[], 0);
}
