//! A pull request takes away or weakens the gate that it has to pass.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

use crate::delivery::place::{GATED, OPEN, Place};
use crate::toolchain::toolchain;

#[test]
fn policy_changed_in_the_pull_request() {
    let Some(toolchain) = toolchain() else { return };
    for weaker in [
        // No gate, the author to ask, and the same deployed under another name.
        OPEN.to_owned(),
        GATED.replace("['user:bo'] }]", "['user:ana'] }], exclude: []"),
        OPEN.replace("  production: {", "  live: { on: { branch: main },"),
    ] {
        let place = Place::gated(toolchain);
        place.tree.write("clodo.yml", &weaker);
        place.commit("Let it through");
        let shown = place.ci(&place.on_pull_request(), &[]).ends(0);
        assert_eq!(shown.deliveries(), [""; 0]);
        let content = STANDARD.encode(&weaker);
        let body = json!({ "message": "x", "content": content, "branch": "feature" });
        place.forge("ghp_ana", Method::PUT, "/contents/clodo.yml", body);
        place.merge();
        let push = place.on_push().with("CLODO_CHECKOUT_SHA", &place.head("main"));
        let merged = place.ci(&push, &[]).ends(4);
        let command = format!("/clodo approve production {}", merged.output("plan-hash"));
        place.says("ghp_ana", &command);
        // Neither the run of the merge nor one for a comment finds the gate gone.
        place.ci(&push, &[]).ends(4);
        let closed = place.ci(&place.on_comment(), &[]).ends(4);
        assert!(closed.deliveries()[1].ends_with(" waiting"), "{weaker}: {closed:#?}");
        assert!(closed.err.contains("1 more approval of user:bo"), "{weaker}: {closed:#?}");
        let state = place.stand.sandbox.state();
        assert!(!state.workers.scripts.contains_key("shop-production"), "{weaker}");
    }
}
