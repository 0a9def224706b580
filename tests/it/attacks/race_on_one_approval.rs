//! Two pipelines use one approval at the same time.

use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn two_pipelines_race_on_one_approval() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    scene.approve("bo");
    let runs: Vec<_> = (0..2)
        .map(|_| scene.command(&["deploy", "-e", "production"]).spawn().expect("clodo starts"))
        .collect();
    let mut codes: Vec<Option<i32>> =
        runs.into_iter().map(|mut run| run.wait().expect("clodo ends").code()).collect();
    codes.sort_unstable();
    assert_eq!(codes[0], Some(0), "{codes:?}");
    // Planned anew, nothing is left to do; or the lock was not to be had.
    assert!(matches!(codes[1], Some(0 | 4)), "{codes:?}");
    assert_eq!(scene.place.deployments().len(), 1);
}
