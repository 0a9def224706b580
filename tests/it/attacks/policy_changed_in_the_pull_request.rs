//! A pull request takes away or weakens the gate that it has to pass.

use crate::delivery::place::{GATED, OPEN, Place};
use crate::toolchain::toolchain;

#[test]
fn policy_changed_in_the_pull_request() {
    let Some(toolchain) = toolchain() else { return };
    for weaker in [
        // No gate, another person, nobody excluded, and the same deployed under a name without one.
        OPEN.to_owned(),
        GATED.replace("user:bo", "user:ana"),
        GATED.replace("['user:bo'] }]", "['user:ana'] }], exclude: []"),
        OPEN.replace("  production:", "  live:"),
    ] {
        let place = Place::gated(toolchain);
        place.tree.write("clodo.yml", &weaker);
        // What lies there and nobody committed changes nothing either.
        place.ci(&place.on_pull_request(), &["--deploy"]).ends(0);
        place.commit("Let it through");
        let shown = place.ci(&place.on_pull_request(), &[]).ends(0);
        assert_eq!(shown.deliveries(), [""; 0]);
        place.merge();
        let merged = place.ci(&place.on_push(), &[]).ends(4);
        assert!(merged.deliveries()[1].ends_with(" waiting"), "{weaker}: {merged:#?}");
        assert!(merged.err.contains("user:bo"), "{weaker}: {merged:#?}");
        let state = place.stand.sandbox.state();
        assert!(!state.workers.scripts.contains_key("shop-production"), "{weaker}");
    }
}
