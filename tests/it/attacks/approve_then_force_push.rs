//! Somebody gets an approval, and pushes something else over what was approved.

use reqwest::Method;
use serde_json::{Value, json};

use crate::delivery::place::Place;
use crate::toolchain::toolchain;

/// Ana replaces the branch of pull request 7 by another commit on top of the default branch.
fn force_push(place: &Place) {
    let ask = |method, path: &str, body: Value| place.forge("ghp_ana", method, path, body);
    let new = json!({ "ref": "refs/heads/other", "sha": place.head("main") });
    ask(Method::POST, "/git/refs", new);
    let write = json!({ "message": "Another word", "content": "eA==", "branch": "other" });
    ask(Method::PUT, "/contents/index.js", write);
    let over = json!({ "sha": place.head("other"), "force": true });
    ask(Method::PATCH, "/git/refs/heads/feature", over);
}

#[test]
fn approve_then_force_push() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    let shown = place.ci(&place.on_pull_request(), &[]).ends(0);
    let approved = shown.output("plan-hash").to_owned();
    place.says("ghp_bo", &format!("/clodo approve production {approved}"));
    let review = json!({ "event": "APPROVE" });
    place.forge("ghp_bo", Method::POST, "/pulls/7/reviews", review);
    let before = place.on_pull_request();

    force_push(&place);
    // The files are the same to the byte: the commit alone is another.
    let again = place.ci(&place.on_pull_request(), &[]).ends(0);
    assert_ne!(again.output("plan-hash"), approved);
    let comment = place.comment();
    assert!(comment.contains("it was given for another plan"), "{comment}");
    // A run of the commit that was approved is not asked any more.
    let late = place.ci(&before, &[]).ends(0);
    assert!(late.err.contains("pull request #7 is at "), "{late:#?}");

    place.merge();
    let merged = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(merged.deliveries(), ["staging deployed", "production waiting"]);
    assert!(!place.stand.sandbox.state().workers.scripts.contains_key("shop-production"));
}
