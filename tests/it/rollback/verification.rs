//! What comes back is checked, through Workers that run.

use serde_json::json;

use super::record::{Was, base, deployed};
use super::{clodo, deploy, serving, upload, whole};
use crate::sandbox::running::running;
use crate::verify::tree;

#[test]
fn a_bad_release_is_taken_back_and_what_comes_back_is_checked() {
    let Some(stand) = running() else { return };
    let (good, bad) = (upload(&stand, "api", 200, &[]), upload(&stand, "api", 500, &[]));
    let tree = tree(&stand, "      - { url: /healthz, version: { header: x-version } }\n");
    for (version, before, healthy) in [(&good, &good, true), (&bad, &good, false)] {
        deploy(&stand, "api", version, "deployed");
        let was = Was {
            service: "api",
            version,
            before: base(before),
            healthy: Some(healthy),
            ..Was::default()
        };
        deployed(&stand, &tree.path(), ("production", "4be21c7"), &[was]);
    }
    assert_eq!(stand.visit("api.localhost", "/healthz", &[]).0, 500);
    let back = clodo(&stand, &tree.path(), &["rollback", "-e", "production", "--format", "json"]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&good));
    assert_eq!(stand.visit("api.localhost", "/healthz", &[]).0, 200);
    let back = back.json();
    assert_eq!(back["checks"][0]["version"], json!(good), "{back:#}");
    assert_eq!(back["checks"][0]["passed"], true, "{back:#}");
}

#[test]
fn what_comes_back_and_is_not_well_needs_a_person() {
    let Some(stand) = running() else { return };
    let (old, new) = (upload(&stand, "api", 500, &[]), upload(&stand, "api", 500, &[]));
    let tree = tree(&stand, "      - { url: /healthz, retries: 0 }\n");
    for version in [&old, &new] {
        deploy(&stand, "api", version, "by hand");
    }
    let back = clodo(&stand, &tree.path(), &["rollback", "-e", "production"]);
    assert_eq!(back.code, 6, "{back:?}");
    assert!(back.err.contains("failed: /healthz 500"), "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&old));
}
