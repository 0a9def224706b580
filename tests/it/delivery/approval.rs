//! Production that waits for people.

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
