//! A version is looked at beside the one that serves: whatever becomes of it, no share of 0 % is left
//! behind, and the next version is looked at as well.

use clodo::server::sandbox::faults::{Fault, What};

use super::place::{Place, says};
use crate::toolchain::toolchain;

/// A Worker that was deployed once, and now has a check.
fn place(check: &str) -> Option<Place> {
    let place = Place::api(toolchain()?);
    place.deploy(&[], 0);
    checked_by(&place, check);
    place.tree.write("index.js", says("two"));
    Some(place)
}

fn checked_by(place: &Place, check: &str) {
    let yml = format!("environments: {{ '': {{ verify: [{{ command: ['{check}'] }}] }} }}\n");
    place.tree.write("clodo.yml", yml);
}

/// Requests that give shares are refused: so many after the first ones pass.
fn refuse_shares(place: &Place, after: u32, times: Option<u32>) {
    let refused = What::Error { status: 403, code: 10000 };
    let shares = Fault::always(refused).at("POST", "*/scripts/api/deployments*");
    place.stand.sandbox.faults.add(Fault { after, times, ..shares });
}

#[test]
fn what_a_kill_left_at_0_percent_is_taken_back() {
    let Some(place) = place("true") else { return };
    place.killed(&[], "before cloudflare promote", 1);
    assert_eq!(place.shared("api")[1..], [vec![(0, 100.0), (1, 0.0)]]);
    place.tree.write("index.js", says("three"));
    place.deploy(&[], 0);
    let (back, looked_at, promoted) =
        (vec![(0, 100.0)], vec![(0, 100.0), (2, 0.0)], vec![(2, 100.0)]);
    assert_eq!(place.shared("api")[2..], [back, looked_at, promoted]);
}

#[test]
fn a_share_of_0_percent_is_no_version_that_serves() {
    let Some(place) = place("true") else { return };
    place.killed(&[], "before cloudflare promote", 1);
    // Nobody knows any more who left it.
    std::fs::remove_dir_all(place.tree.at(".clodo")).expect("a state");
    place.tree.write("index.js", says("three"));
    let plan = place.clodo(&["plan"]);
    assert!(!plan.out.contains("rolling a version out"), "{plan:?}");
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("its checks are made before it serves"), "{said:?}");
    let (looked_at, promoted) = (vec![(0, 100.0), (2, 0.0)], vec![(2, 100.0)]);
    assert_eq!(place.shared("api")[2..], [looked_at, promoted]);
}

#[test]
fn a_share_that_is_not_taken_back_at_once_is_put_back_with_the_rest() {
    let Some(place) = place("false") else { return };
    refuse_shares(&place, 1, Some(1));
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("its checks failed before it served"), "{reason}");
    assert!(reason.contains("its share of 0 % could not be taken back at once"), "{reason}");
    assert_eq!(place.shared("api").last(), Some(&vec![(0, 100.0)]));
    // It served nobody: it may come again where the check was wrong.
    checked_by(&place, "true");
    place.deploy(&[], 0);
}

#[test]
fn a_share_that_stays_needs_a_person() {
    let Some(place) = place("false") else { return };
    refuse_shares(&place, 1, None);
    let failed = place.deploy(&[], 6);
    assert_eq!(failed["state"], "needs-person", "{failed:#}");
    assert_eq!(place.shared("api").last(), Some(&vec![(0, 100.0), (1, 0.0)]));
}

#[test]
fn what_is_not_promoted_keeps_no_share() {
    let Some(place) = place("true") else { return };
    refuse_shares(&place, 1, Some(1));
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    let (looked_at, back) = (vec![(0, 100.0), (1, 0.0)], vec![(0, 100.0)]);
    assert_eq!(place.shared("api")[1..], [looked_at, back]);
}
