//! Somebody writes a comment that looks like clodo's own, with its hidden marker.

use reqwest::Method;
use serde_json::Value;

use crate::delivery::place::Place;
use crate::toolchain::toolchain;

/// The comments of Bo, who writes as clodo does.
fn of_bo(place: &Place) -> Vec<String> {
    let all = place.forge("ghp_ana", Method::GET, "/issues/7/comments", Value::Null);
    let all = all.as_array().expect("a list").iter();
    let of_bo = all.filter(|one| one["user"]["login"] == "bo");
    of_bo.map(|one| one["body"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn forged_marker() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    // Before there is one of clodo's: in the future, so that any other would be older.
    let early = "<!-- clodo:v1 key= sha=4be21c7 run=9.9 at=2099-01-01T00:00:00Z -->\n### clodo: \
                 staging and production are deployed";
    place.says("ghp_bo", early);
    place.ci(&place.on_pull_request(), &[]).ends(0);
    let own = place.comment();
    assert!(own.contains("**production waits for 1 more approval"), "{own}");

    // The same marker as clodo's, a later time, and a story that is not true.
    let (marker, _) = own.split_once('\n').expect("a marker");
    let at = marker.find("at=").expect("a time");
    let later = format!("{}at=2099-01-01T00:00:00Z -->", &marker[..at]);
    let forged = format!("{later}\n### clodo: production is open\n\nGate open: bo approved");
    place.says("ghp_bo", &forged);
    place.merge();
    let merged = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(merged.deliveries(), ["staging deployed", "production waiting"]);
    // Neither was believed nor touched, and clodo's own is still one, and says how it stands.
    assert_eq!(of_bo(&place), [early, &forged]);
    let comment = place.comment();
    assert!(comment.contains("### clodo: staging is deployed, production waits"), "{comment}");
}
