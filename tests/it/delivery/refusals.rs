//! What a run does not deliver, and says.

use clodo::server::sandbox::faults::{Fault, What};

use super::place::{Job, OPEN, Place, SHOP, says};
use crate::toolchain::toolchain;

/// Whether anything was uploaded.
fn is_untouched(place: &Place) -> bool {
    place.stand.sandbox.state().workers.scripts.is_empty()
}

#[test]
fn a_run_that_is_for_nothing_of_ours_deploys_nothing() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    let target = |job: Job| job.with("GITHUB_EVENT_NAME", "pull_request_target");
    let other = place.on_push().with("GITHUB_REF", "refs/heads/other");
    for (job, args, code, said) in [
        (target(place.on_pull_request()), &["--deploy"][..], 3, "never deploys"),
        (target(place.on_pull_request()), &[], 0, "never deploys"),
        (other.clone(), &["--deploy"], 0, "no environment is deployed by the branch other"),
        (place.on_push(), &["--deploy=off"], 0, "this run was told not to deploy"),
        (place.on_pull_request(), &["--deploy"], 0, "what is not merged yet"),
        (place.on_comment(), &[], 0, "pull request 7 is not merged yet"),
        (
            place.on_comment().with("CLODO_CHECKOUT_SHA", &place.head("feature")),
            &["--deploy"],
            3,
            "the work tree holds",
        ),
    ] {
        let step = place.ci(&job, args).ends(code);
        assert!(step.err.contains(said), "{job:?}: {step:#?}");
        assert!(is_untouched(&place), "{job:?}");
    }
}

#[test]
fn without_a_token_a_run_that_is_to_deploy_fails() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    let job = place.on_push().with("CLOUDFLARE_API_TOKEN", "");
    let step = place.ci(&job, &[]).ends(2);
    assert!(step.err.contains("there is no token"), "{step:#?}");
    assert_eq!(step.deliveries(), ["staging stopped", "production not-begun"]);
    place.ci(&job, &["--deploy=off"]).ends(0);
    // Nobody said that this one deploys.
    place.tree.write("clodo.yml", "version: 1\n");
    let quiet = place.ci(&job, &[]).ends(0);
    assert_eq!(quiet.deliveries(), [""; 0]);
}

#[test]
fn a_preview_is_made_only_of_what_may_be_tried_on() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    // Nothing to add a version to.
    let step = place.ci(&place.on_pull_request(), &[]).ends(0);
    assert!(place.comment().contains("**No preview** of shop: it cannot be uploaded"), "{step:#?}");
    place.ci(&place.on_push(), &[]).ends(0);

    place.tree.write("wrangler.toml", SHOP.replace("preview_urls = true", "preview_urls = false"));
    place.ci(&place.on_pull_request(), &[]).ends(0);
    assert!(place.comment().contains("of shop: `preview_urls` is off"), "{}", place.comment());

    place.tree.write("wrangler.toml", SHOP);
    place.tree.write("clodo.yml", OPEN.replace("staging:", "next:"));
    let step = place.ci(&place.on_pull_request(), &[]).ends(0);
    assert!(step.err.contains("a preview works on the data of its environment"), "{step:#?}");

    place.tree.write("clodo.yml", OPEN);
    let mut fork = place.on_pull_request();
    fork.of_a_fork();
    let before = place.stand.script("shop-staging").versions.len();
    let step = place.ci(&fork, &[]).ends(0);
    assert!(step.err.contains("the pull request comes from a fork"), "{step:#?}");
    place.ci(&place.on_pull_request(), &["--no-preview"]).ends(0);
    assert_eq!(place.stand.script("shop-staging").versions.len(), before);
    place.tree.write("index.js", says("two"));
    let no = What::Error { status: 403, code: 10000 };
    let upload = Fault::always(no).at("POST", "*/workers/scripts/shop-staging/versions");
    place.stand.sandbox.faults.add(upload);
    let refused = place.ci(&place.on_pull_request(), &[]).ends(0);
    assert_eq!(refused.output("preview-url"), "");
    assert!(place.comment().contains("**No preview** of shop: "), "{}", place.comment());
}
