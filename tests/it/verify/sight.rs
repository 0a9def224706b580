//! What cannot be seen: nobody calls it well.

use clodo::server::sandbox::faults::{Fault, What};

use super::{VERIFY, tree};
use crate::rollback::{clodo, deploy, upload};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// A Worker that is well, as far as its check goes.
fn place() -> (Stand, WorkTree) {
    let stand = Stand::new();
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(&stand, "      - { command: ['true'] }\n");
    (stand, tree)
}

const TEXT: &[&str] = &["verify", "-e", "production"];

#[test]
fn what_serves_must_be_seen() {
    for (status, code) in [(500, 10013), (403, 10000)] {
        let (stand, tree) = place();
        assert_eq!(clodo(&stand, &tree.path(), VERIFY).code, 0, "it is well");
        let error = What::Error { status, code };
        stand.sandbox.faults.add(Fault::always(error).at("GET", "*/deployments"));
        let seen = clodo(&stand, &tree.path(), VERIFY);
        assert_eq!(seen.code, 7, "{seen:?}");
        let seen = seen.json();
        assert_eq!(seen["well"], false, "{seen:#}");
        let api = &seen["services"][0];
        assert!(api["serves"].is_null() && api["unseen"].is_string(), "{seen:#}");
        let text = clodo(&stand, &tree.path(), TEXT);
        assert_eq!(text.code, 7, "{text:?}");
        for said in ["api  what serves could not be seen: the ", "Not all could be seen"] {
            assert!(text.out.contains(said), "{said}: {text:?}");
        }
        assert!(!text.out.contains("All is well"), "{text:?}");
    }
}

#[test]
fn what_cloudflare_does_not_tell_is_not_well_and_what_the_token_may_not_see_is_said() {
    let (stand, tree) = place();
    let fails = What::Error { status: 403, code: 10000 };
    stand.sandbox.faults.add(Fault::always(fails).at("GET", "*/settings"));
    let text = clodo(&stand, &tree.path(), TEXT);
    assert_eq!(text.code, 0, "{text:?}");
    assert!(text.out.contains("All is well, as far as it could be seen."), "{text:?}");

    let (stand, tree) = place();
    let fails = What::Error { status: 500, code: 10013 };
    stand.sandbox.faults.add(Fault::always(fails).at("GET", "*/settings"));
    let text = clodo(&stand, &tree.path(), TEXT);
    assert_eq!(text.code, 7, "{text:?}");
    assert!(text.out.contains("not seen: ") && !text.out.contains("All is well"), "{text:?}");
}

#[test]
fn what_is_known_to_be_wrong_counts_more() {
    let (stand, _) = place();
    let tree = tree(&stand, "      - { command: ['false'], retries: 0 }\n");
    let fails = What::Error { status: 500, code: 10013 };
    stand.sandbox.faults.add(Fault::always(fails).at("GET", "*/deployments"));
    assert_eq!(clodo(&stand, &tree.path(), VERIFY).code, 1);
}
