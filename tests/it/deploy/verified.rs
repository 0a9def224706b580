//! What is deployed is checked, through Workers that run: before it serves where it is staged, else
//! at once after; and what fails does not come back with the next pipeline.

use super::place::{Place, answers};
use crate::sandbox::running::running;
use crate::toolchain::toolchain;

fn place(settings: &str) -> Option<Place> {
    Some(Place::checked(toolchain()?, running()?, settings))
}

fn visited(place: &Place) -> (u16, String) {
    place.stand.visit("api.localhost", "/healthz", &[])
}

#[test]
fn a_bad_version_is_found_before_it_serves_anybody() {
    let Some(place) = place("strategy: staged") else { return };
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", answers(500, "two"));
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("its checks failed before it served: /healthz 500"), "{reason}");
    assert_eq!(place.serving("api"), version);
    // It answered with 500 at a share of 0 %, by version override, and that was taken back.
    assert_eq!(
        place.shared("api"),
        [vec![(0, 100.0)], vec![(0, 100.0), (1, 0.0)], vec![(0, 100.0)]]
    );
    assert_eq!(visited(&place), (200, "one".to_owned()));
    let events = place.events();
    assert!(events.contains(&"step-failed api verify".to_owned()), "{events:#?}");
    assert!(!events.contains(&"step-started api promote".to_owned()), "{events:#?}");
}

#[test]
fn a_good_version_is_looked_at_before_and_after_it_serves() {
    let Some(place) = place("strategy: staged") else { return };
    place.deploy(&[], 0);
    place.tree.write("index.js", answers(200, "two"));
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let version = place.serving("api");
    let answered = format!("version {} answers", &version[..8]);
    assert_eq!(said.err.matches(&answered).count(), 2, "{said:?}");
    assert_eq!(place.shared("api")[1..], [vec![(0, 100.0), (1, 0.0)], vec![(1, 100.0)]]);
    assert_eq!(place.deployments()[0].services[0].progress.healthy, Some(true));
    let steps = ["upload", "verify", "promote", "verify"];
    let steps = steps.map(|step| format!("step-done api {step}"));
    let done: Vec<_> =
        place.events().into_iter().filter(|event| event.starts_with("step-done")).collect();
    assert_eq!(done[done.len() - 4..], steps);
    assert_eq!(visited(&place), (200, "two".to_owned()));
}

#[test]
fn what_serves_and_fails_its_checks_is_put_back_and_held() {
    let Some(place) = place("strategy: direct") else { return };
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", answers(500, "two"));
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!(place.serving("api"), version);
    assert_eq!(visited(&place), (200, "one".to_owned()));

    let again = place.clodo(&["deploy"]);
    assert_eq!(again.code, Some(3), "{again:?}");
    for said in ["is held since", "its checks failed", "--clear-hold"] {
        assert!(again.err.contains(said), "{said}: {again:?}");
    }
    assert_eq!(place.deployments().len(), 2, "nothing was begun");
    place.tree.write("index.js", answers(200, "fixed"));
    place.deploy(&[], 0);
    assert_eq!(visited(&place), (200, "fixed".to_owned()));
}

#[test]
fn what_was_rolled_back_does_not_come_back_with_the_next_pipeline() {
    let Some(place) = place("strategy: direct") else { return };
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", answers(200, "worse"));
    place.deploy(&[], 0);
    let back = place.clodo(&["rollback", "--reason", "prices are wrong"]);
    assert_eq!(back.code, Some(0), "{back:?}");
    assert!(back.err.contains("live and healthy in d-"), "{back:?}");
    assert_eq!(place.serving("api"), version);

    let again = place.clodo(&["deploy"]);
    assert_eq!(again.code, Some(3), "{again:?}");
    assert!(again.err.contains("prices are wrong"), "{again:?}");
    let clear = place.clodo(&["rollback", "--clear-hold", "--reason", "they were right"]);
    assert_eq!(clear.code, Some(0), "{clear:?}");
    place.deploy(&[], 0);
    assert_eq!(visited(&place), (200, "worse".to_owned()));
}
