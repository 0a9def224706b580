//! Production that waits for people.

use clodo::server::sandbox::faults::{Fault, What};
use reqwest::Method;
use serde_json::json;

use super::place::Place;
use crate::toolchain::toolchain;

#[test]
fn production_waits_after_staging_and_goes_on_for_a_comment() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    place.merge();
    let waiting = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(waiting.deliveries(), ["staging deployed", "production waiting"]);
    let verdict = (waiting.output("decision"), waiting.output("reason-code"));
    assert_eq!(verdict, ("waiting", "waiting"));
    let comment = place.comment();
    assert!(comment.contains("### clodo: staging is deployed, production waits"), "{comment}");
    // Nothing remembers here what was shown, so that the whole hash has to be named.
    let line = format!("/clodo approve production {}", waiting.output("plan-hash"));
    assert!(comment.contains(&line), "{line}: {comment}");
    assert!(!place.stand.sandbox.state().workers.scripts.contains_key("shop-production"));

    // Who made the change does not let it through.
    place.says("ghp_ana", &line);
    let own = place.ci(&place.on_comment().with("GITHUB_ACTOR", "ana"), &[]).ends(4);
    assert_eq!(own.deliveries(), ["staging deployed", "production waiting"]);
    assert!(own.err.contains("staging is at this commit already"), "{}", own.err);
    assert!(place.comment().contains("does not count"), "{}", place.comment());

    place.says("ghp_bo", &line);
    let commented = place.on_comment().with("GITHUB_ACTOR", "bo");
    let deployed = place.ci(&commented, &[]).ends(0);
    assert_eq!(deployed.deliveries(), ["staging deployed", "production deployed"]);
    let comment = place.comment();
    assert!(comment.contains("### clodo: staging and production are deployed"), "{comment}");
}

#[test]
fn what_is_approved_in_the_pull_request_is_deployed_after_the_merge() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    let shown = place.ci(&place.on_pull_request(), &[]).ends(0);
    let hash = shown.output("plan-hash").to_owned();
    let comment = place.comment();
    assert!(comment.contains("**production waits for 1 more approval"), "{comment}");
    assert!(comment.contains(&format!("/clodo approve production {hash}")), "{comment}");

    place.says("ghp_bo", &format!("/clodo approve production {hash}"));
    let again = place.ci(&place.on_pull_request(), &[]).ends(0);
    assert_eq!(again.output("plan-hash"), hash);
    place.merge();
    let merged = place.ci(&place.on_push(), &[]).ends(0);
    assert_eq!(merged.deliveries(), ["staging deployed", "production deployed"]);
    assert_eq!(merged.output("plan-hash"), hash, "what was approved is what is deployed");
}

#[test]
fn what_a_merge_adds_was_not_approved() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    let shown = place.ci(&place.on_pull_request(), &[]).ends(0);
    let hash = shown.output("plan-hash").to_owned();
    place.says("ghp_bo", &format!("/clodo approve production {hash}"));
    // Somebody else was quicker, so that the merge has files that its head has not.
    let other = json!({ "message": "Add", "content": "b25l", "branch": "main" });
    place.forge("ghp_bo", Method::PUT, "/contents/other.txt", other);
    place.merge();
    let merged = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(merged.deliveries(), ["staging deployed", "production waiting"]);
    let anew = merged.output("plan-hash").to_owned();
    assert_ne!(anew, hash);
    let comment = place.comment();
    assert!(comment.contains("does not count: it was given for another plan"), "{comment}");
    place.says("ghp_bo", &format!("/clodo approve production {anew}"));
    let deployed = place.ci(&place.on_push(), &[]).ends(0);
    assert_eq!(deployed.deliveries(), ["staging deployed", "production deployed"]);
}

#[test]
fn where_the_gate_cannot_be_read_the_plan_is_shown_and_nobody_is_asked() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::gated(toolchain);
    // The job lacks `contents: read`.
    let refused = What::Error { status: 403, code: 10000 };
    let fault = Fault { path: Some("*/contents/clodo.yml*".into()), ..Fault::always(refused) };
    place.stand.sandbox.faults.add(fault);
    let shown = place.ci(&place.on_pull_request(), &[]).ends(0);
    assert!(shown.err.contains("nobody is asked about production yet: "), "{}", shown.err);
    let comment = place.comment();
    assert!(comment.contains("**nobody is asked about production yet**"), "{comment}");
    assert!(comment.contains("contents: read"), "{comment}");
    assert!(comment.contains(" for production"), "{comment}");
    assert!(!comment.contains("/clodo approve"), "{comment}");
    // What is to be deployed stays where it is.
    place.merge();
    let closed = place.ci(&place.on_push(), &[]).ends(3);
    assert_eq!(closed.deliveries(), ["staging denied", "production not-begun"]);
}
