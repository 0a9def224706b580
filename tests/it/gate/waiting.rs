//! Waiting for people: asking again, until somebody has approved, the time is over, or somebody has
//! had enough.

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use clodo::core::model::journal::Action;

use super::scene::{BO, Scene};
use crate::toolchain::toolchain;

/// Begins to deploy, and comes back when people are asked.
fn wait(scene: &Scene, how_long: &str) -> Child {
    let mut command = scene.command(&["deploy", "-e", "production", "--wait", how_long]);
    let mut child = command.spawn().expect("clodo starts");
    while !scene.place.tree.at(".clodo/state.db").exists()
        || scene.entries(Action::ApprovalRequested).is_empty()
    {
        assert_eq!(child.try_wait().expect("a child"), None, "it does not wait");
        sleep(Duration::from_millis(50));
    }
    child
}

/// How often somebody looked for comments.
fn looked(scene: &Scene) -> usize {
    let exchanges = scene.place.stand.sandbox.record.exchanges().into_iter();
    let comments = |path: &str| path.ends_with("/issues/42/comments");
    exchanges.filter(|one| one.method == "GET" && comments(&one.path)).count()
}

#[test]
fn it_goes_on_when_somebody_has_approved() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let mut child = wait(&scene, "10m");
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    assert_eq!(child.wait().expect("clodo ends").code(), Some(0));
    assert_eq!(scene.entries(Action::ApprovalRequested).len(), 1, "people are asked once");
    assert_eq!(scene.place.deployments().len(), 1);
}

#[test]
fn it_asks_seldom_and_ends_when_the_time_is_over() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let mut child = wait(&scene, "3s");
    assert_eq!(child.wait().expect("clodo ends").code(), Some(4));
    // At once, two seconds later, and when the time is over.
    assert!((2..=3).contains(&looked(&scene)), "{}", looked(&scene));
    assert_eq!(scene.status().0, "pending");
    assert!(scene.place.deployments().is_empty());
}

#[test]
fn it_ends_when_somebody_interrupts_it() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let mut child = wait(&scene, "10m");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
    assert_eq!(child.wait().expect("clodo ends").code(), Some(5));
    assert!(scene.place.deployments().is_empty());
    // It leaves nothing in the way.
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    scene.deploy(&[], 0);
}
