//! Emergencies, and exceptions from the times.

use clodo::core::model::journal::Action;

use super::scene::{BO, Scene};
use crate::toolchain::toolchain;

const EMERGENCY: [&str; 5] =
    ["--emergency", "--incident", "INC-42", "--reason", "checkout is down"];

#[test]
fn an_emergency_passes_and_is_looked_at() {
    let Some(toolchain) = toolchain() else { return };
    let gate = format!("{BO}      emergency: {{ any-of: [user:cy], block-when-overdue: true }}\n");
    let scene = Scene::merged(toolchain, &gate);
    let deployed = scene.deploy(&EMERGENCY, 0);
    let words = "open: an emergency, by cy: checkout is down";
    assert!(deployed.err.contains(words), "{}", deployed.err);
    let decided = scene.decided();
    assert_eq!(decided[0]["claim"], "emergency");
    assert_eq!(decided[0]["claimed_by"], "github.com/13");
    assert_eq!(decided[0]["incident"], "INC-42");
    let deployments = scene.place.deployments();
    assert!(deployments[0].cause.emergency);
    let review = |who: &str| scene.at_desk(who, &["approve", &deployments[0].id]);
    let own = review("cy");
    assert_eq!(own.code, Some(3), "{own:?}");
    let other = review("di");
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(scene.entries(Action::EmergencyReviewed).len(), 1);
}

#[test]
fn who_is_not_named_may_not() {
    let Some(toolchain) = toolchain() else { return };
    let gate = format!("{BO}      emergency: {{ any-of: [user:di] }}\n");
    let scene = Scene::merged(toolchain, &gate);
    let denied = scene.deploy(&EMERGENCY, 3);
    assert!(denied.err.contains("cy may not declare an emergency"), "{}", denied.err);
    assert!(scene.place.deployments().is_empty());
}

#[test]
fn a_freeze_waits_and_an_exception_passes_it_but_no_people() {
    let Some(toolchain) = toolchain() else { return };
    let freeze =
        "      freezes: [{ from: 2020-01-01, reason: the audit }]\n      override: [user:cy]\n";
    let scene = Scene::merged(toolchain, &format!("{BO}{freeze}"));
    let frozen = scene.deploy(&[], 4);
    assert!(frozen.err.contains("a freeze, which somebody has to end (the audit)"), "{frozen:?}");
    let exception = ["--override", "--reason", "the audit agreed"];
    let waits = scene.deploy(&exception, 4);
    assert!(waits.err.contains("waits for 1 more approval of user:bo"), "{waits:?}");
    assert!(!waits.err.contains("the end of a freeze"), "{waits:?}");
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    scene.deploy(&exception, 0);
    assert_eq!(scene.decided()[0]["claim"], "override");
}
