//! A lock whose holder dies, and one that is taken from a holder who lives: seen through the program
//! itself.

use std::process::{Child, Command};

use clodo::core::model::deployment::State;

use super::place::{Place, said, says};
use crate::toolchain::{Toolchain, toolchain};

/// A second deployment that is under way, has the lock, and is in its checks.
fn under_way(toolchain: &'static Toolchain) -> (Place, Child) {
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    let child = place.deploy_into_checks("");
    (place, child)
}

/// The key of the lock that somebody has.
fn key(place: &Place) -> String {
    let said = place.clodo(&["lock", "ls", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    listed["locks"][0]["key"].as_str().unwrap_or_else(|| panic!("{said:?}")).to_owned()
}

fn release(place: &Place, key: &str) -> Command {
    place.command(&["lock", "release", key, "--force", "--reason", "the runner was removed"])
}

#[test]
fn who_dies_holds_up_nobody_once_the_lease_is_over() {
    let Some(toolchain) = toolchain() else { return };
    let (place, mut holder) = under_way(toolchain);
    let waiting = place.clodo(&["deploy", "--wait-for-lock", "0s"]);
    assert_eq!(waiting.code, Some(4), "{waiting:?}");
    assert!(waiting.err.contains("holds the lock"), "{waiting:?}");
    holder.kill().expect("killed");
    holder.wait().expect("gone");
    let listed = place.clodo(&["lock", "ls"]);
    assert!(
        listed.out.contains(&key(&place)),
        "it is listed as long as the lease lasts: {listed:?}"
    );

    place.let_checks_end();
    place.let_leases_run_out();
    place.tree.write("index.js", says("three"));
    let done = place.deploy(&[], 0);
    assert_eq!(done["state"], "succeeded", "{done:#}");
    let states: Vec<State> = place.deployments().iter().map(|one| one.state).collect();
    assert!(states.iter().all(|state| state.is_final()), "{states:?}");
    assert_eq!(states[0], State::Succeeded);
    let free = place.clodo(&["lock", "ls"]).out;
    assert!(!free.contains("api"), "{free}");
}

#[test]
fn from_whom_a_lock_is_taken_stops_at_the_next_thing_to_write_down() {
    let Some(toolchain) = toolchain() else { return };
    let (place, holder) = under_way(toolchain);
    let key = key(&place);
    // Not without saying that it is meant, and why.
    for args in [
        &["lock", "release", &key][..],
        &["lock", "release", &key, "--force"],
        &["lock", "release", &key, "--reason", "why"],
    ] {
        let refused = place.clodo(args);
        assert_eq!(refused.code, Some(2), "{refused:?}");
    }
    let other = place.clodo(&["lock", "release", "other/lock", "--force", "--reason", "why"]);
    assert_eq!(other.code, Some(2), "{other:?}");
    assert!(other.err.contains("nobody has the lock other/lock"), "{other:?}");
    let taken = said(&mut release(&place, &key));
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(taken.err.contains(&format!("Took {key} away from")), "{taken:?}");
    let written = place.events().len();
    assert_eq!(place.events()[written - 1], "lock-forced");

    // It lives on, and finds out when its checks are over.
    place.let_checks_end();
    let output = holder.wait_with_output().expect("it ends");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(6),
        "something was done, and is not written down: {error}"
    );
    assert!(error.contains(&key) && error.contains("clodo lock ls"), "{error}");
    assert_eq!(place.events().len(), written, "it wrote nothing any more");

    let again = said(&mut release(&place, &key));
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.err.contains("nobody has the lock"), "{again:?}");
    let audit = place.clodo(&["audit", "ls", "--action", "lock-forced", "--format", "json"]);
    assert!(audit.out.contains("the runner was removed"), "{audit:?}");

    // Whoever comes next takes up what it left.
    place.let_grace_end();
    place.deploy(&["--resume"], 0);
    assert_eq!(place.deployments()[0].state, State::Succeeded);
}
