//! Somebody uses an approval that was given for one environment for another one.

use crate::delivery::place::{Place, SEED};
use crate::toolchain::toolchain;

/// A `clodo.yml` that asks Bo before both.
const BOTH: &str = "version: 1
environments:
  staging:
    wrangler-env: staging
    gate: { approvals: [{ any-of: ['user:bo'] }] }
  production:
    wrangler-env: production
    gate: { approvals: [{ any-of: ['user:bo'] }] }
";

#[test]
fn stale_approval_replayed_for_another_environment() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::committed(toolchain, BOTH, SEED);
    place.merge();
    let waiting = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(waiting.deliveries(), ["staging waiting", "production not-begun"]);
    let of_staging = waiting.output("plan-hash").to_owned();
    place.says("ghp_bo", &format!("/clodo approve staging {of_staging}"));
    let next = place.ci(&place.on_push(), &[]).ends(4);
    assert_eq!(next.deliveries(), ["staging deployed", "production waiting"]);
    let of_production = next.output("plan-hash").to_owned();
    assert_ne!(of_production, of_staging);

    // The approval of staging is there still, and two more that mix the two up.
    place.says("ghp_bo", &format!("/clodo approve production {of_staging}"));
    place.says("ghp_bo", &format!("/clodo approve staging {of_production}"));
    // A Cyrillic letter in the name.
    place.says("ghp_bo", &format!("/clodo approve pr\u{43e}duction {of_production}"));
    let closed = place.ci(&place.on_push().with("GITHUB_RUN_ATTEMPT", "2"), &[]).ends(4);
    assert_eq!(closed.deliveries(), ["staging deployed", "production waiting"]);
    let comment = place.comment();
    for why in ["it was given for another plan", "it was given for another environment"] {
        assert!(comment.contains(why), "{why}: {comment}");
    }
    assert!(!place.stand.sandbox.state().workers.scripts.contains_key("shop-production"));

    place.says("ghp_bo", &format!("/clodo approve production {of_production}"));
    let again = place.on_push().with("GITHUB_RUN_ATTEMPT", "2");
    assert_eq!(
        place.ci(&again, &[]).ends(0).deliveries(),
        ["staging deployed", "production deployed"]
    );
}
