//! Emergencies, and exceptions from the times.

use clodo::core::model::journal::Action;

use super::scene::{BO, Scene};
use crate::deploy::place::says;
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
fn nothing_else_is_deployed_while_nobody_has_looked_at_it() {
    let Some(toolchain) = toolchain() else { return };
    let gate = format!("{BO}      emergency: {{ any-of: [user:cy], block-when-overdue: true }}\n");
    let scene = Scene::merged(toolchain, &gate);
    scene.deploy(&EMERGENCY, 0);
    scene.place.tree.write("index.js", says("two"));
    // There is time to look at it.
    scene.deploy(&[], 4);
    scene.let_a_day_pass();
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    let overdue = scene.deploy(&[], 3);
    let words = "an emergency deployment was not reviewed in time";
    assert!(overdue.err.contains(words), "{}", overdue.err);
    let deployed = &scene.place.deployments()[0].id;
    assert_eq!(scene.at_desk("di", &["approve", deployed]).code, Some(0));
    scene.deploy(&[], 0);
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
fn a_freeze_of_one_name_holds_for_all_that_deploy_the_same() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, "\n  live: { wrangler-env: '' }\n");
    let freeze = |args: &[&str]| {
        let said = scene.at_desk("di", &[&["freeze"], args].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        said.out.trim().to_owned()
    };
    let id = freeze(&["add", "-e", "live", "--reason", "the audit"]);
    let frozen = scene.deploy(&[], 4);
    assert!(frozen.err.contains("a freeze, which somebody has to end (the audit)"), "{frozen:?}");
    freeze(&["end", &id, "--reason", "it is over"]);
    freeze(&["add", "-e", "staging", "--reason", "another one"]);
    scene.deploy(&[], 0);
}

#[test]
fn a_gate_that_names_what_there_is_not_says_so() {
    let Some(toolchain) = toolchain() else { return };
    let gate = BO.replace("count: 1", "when: { services: [apy] }");
    let scene = Scene::merged(toolchain, &gate);
    let said = scene.clodo(&["gate", "-e", "production"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("the gate names services that there are not"), "{}", said.out);
    assert!(said.out.contains(": apy\n"), "{}", said.out);
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
