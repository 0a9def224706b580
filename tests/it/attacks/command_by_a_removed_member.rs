//! Somebody approves, and loses the right to it before it is counted.

use reqwest::Method;
use serde_json::Value;

use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

/// Bo approves, is removed at a place, and does not count any more.
fn removed(gate: &str, place: &str, why: &str) {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, &BO.replace("user:bo", gate));
    scene.deploy(&[], 4);
    scene.approve("bo");
    scene.ask_at("robot", Method::DELETE, place, &Value::Null);
    let waits = scene.deploy(&[], 4);
    let void = |line: &&str| line.contains("approval of bo (comment, ");
    let line = waits.err.lines().find(void).unwrap_or_else(|| panic!("{waits:?}"));
    assert!(line.contains(why), "{line}");
    assert!(scene.place.deployments().is_empty());
}

#[test]
fn command_by_a_removed_member_of_a_team() {
    let place = "/orgs/acme/teams/sre/memberships/bo";
    removed("team:sre", place, "the policy does not ask this person");
}

#[test]
fn command_by_a_removed_holder_of_a_role() {
    let place = "/repos/acme/shop/collaborators/bo";
    removed("role:write", place, "the policy does not ask this person");
}

#[test]
fn command_by_a_removed_member_whom_the_policy_names() {
    let place = "/repos/acme/shop/collaborators/bo";
    removed("user:bo", place, "the person has no part in the repository");
}
