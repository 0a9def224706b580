//! What becomes of a change.

use clodo::server::sandbox::faults::{Fault, Trigger, What};

use super::place::{Place, SHOP, says};
use crate::toolchain::toolchain;

#[test]
fn a_change_goes_from_the_pull_request_to_production() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    // What is there before.
    let first = place.ci(&place.on_push(), &[]).ends(0);
    assert_eq!(first.deliveries(), ["staging deployed", "production deployed"]);
    assert_eq!(place.comments(), [""; 0], "nobody asked for this commit");

    // A mistake: nothing is uploaded, and the comment says why.
    place.tree.write("index.js", says("two"));
    place.tree.write("wrangler.toml", SHOP.replace("main = \"index.js\"", "main = 5"));
    let wrong = place.ci(&place.on_pull_request(), &[]).ends(1);
    assert_eq!((wrong.output("decision"), wrong.output("preview-url")), ("blocked", ""));
    let comment = place.comment();
    assert!(comment.contains("config/wrong-type") && !comment.contains("Preview"), "{comment}");

    // Its correction: the plan, and an address to look at it.
    place.tree.write("wrangler.toml", SHOP);
    let right = place.ci(&place.on_pull_request(), &[]).ends(0);
    let url = right.output("preview-url").to_owned();
    assert!(url.starts_with("https://pr-7-shop-staging."), "{right:#?}");
    let host = url.trim_start_matches("https://");
    assert_eq!(place.stand.visit(host, "/", &[]), (200, "two".to_owned()));
    let comment = place.comment();
    assert!(comment.contains("**Preview** of shop: [pr-7-shop-staging."), "{comment}");
    assert!(comment.contains("<details><summary>Plan "), "{comment}");
    assert_eq!(right.deliveries(), [""; 0]);

    // Another push takes the address over.
    place.tree.write("index.js", says("three"));
    place.ci(&place.on_pull_request(), &[]).ends(0);
    assert_eq!(place.stand.visit(host, "/", &[]), (200, "three".to_owned()));
    place.comment();

    // The merge is deployed, and the same comment tells of it.
    place.merge();
    let merged = place.ci(&place.on_push(), &[]).ends(0);
    assert_eq!(merged.deliveries(), ["staging deployed", "production deployed"]);
    assert_eq!((merged.output("decision"), merged.output("reason-code")), ("continue", "deployed"));
    assert!(merged.output("deployment-url").starts_with("https://shop-production."), "{merged:?}");
    assert!(merged.output("deployment-id").starts_with("d-"), "{merged:?}");
    let comment = place.comment();
    assert!(comment.contains("### clodo: staging and production are deployed\n"), "{comment}");
    assert!(comment.contains("Back: `clodo rollback -e staging` or "), "{comment}");
    for environment in ["staging", "production"] {
        let host = format!("shop-{environment}.{}", host.split_once('.').expect("a domain").1);
        assert_eq!(place.stand.visit(&host, "/", &[]), (200, "three".to_owned()));
    }

    // Started again, it finds that all is done.
    let again = place.ci(&place.on_push().with("GITHUB_RUN_ATTEMPT", "2"), &[]).ends(0);
    assert!(again.err.contains("staging is at this commit already (d-"), "{}", again.err);
    // A comment on a pull request that was merged is the same.
    let commented = place.ci(&place.on_comment(), &[]).ends(0);
    assert!(commented.err.contains("production is at this commit already (d-"), "{commented:#?}");
    place.comment();
}

#[test]
fn what_is_taken_back_is_told_in_the_same_comment() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    place.ci(&place.on_push(), &[]).ends(0);
    place.merge();
    place.tree.write("index.js", says("two"));
    let deployed = place.ci(&place.on_push(), &[]).ends(0);
    let id = deployed.output("deployment-id").to_owned();
    assert!(!place.comment().contains("rolled back"));
    let back = ["rollback", "-e", "production", "--reason", "It is *slow*", "--yes"];
    place.step(&place.on_push(), &back).ends(0);
    let comment = place.comment();
    let line = format!("**production was rolled back** from `{id}`, ");
    let line = comment.lines().find(|one| one.starts_with(&line));
    assert!(line.is_some_and(|line| line.ends_with(r"UTC: It is \*slow\*")), "{comment}");
}

#[test]
fn jobs_for_one_environment_each_tell_one_story() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    place.merge();
    let staging = place.ci(&place.on_push(), &["-e", "staging"]).ends(0);
    assert_eq!(staging.deliveries(), ["staging deployed"]);
    let production = place.ci(&place.on_push(), &["-e", "production"]).ends(0);
    assert_eq!(production.deliveries(), ["staging deployed", "production deployed"]);
    assert!(place.comment().contains("staging and production are deployed"));
}

#[test]
fn production_does_not_follow_what_failed() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain);
    place.ci(&place.on_push(), &[]).ends(0);
    place.merge();
    // The new code of staging goes live, and its cron trigger is refused.
    let code = "export default { fetch() { return new Response('two') }, scheduled() {} };\n";
    place.tree.write("index.js", code);
    let crons = "[env.staging]\ntriggers = { crons = [\"0 * * * *\"] }\n";
    place.tree.write("wrangler.toml", SHOP.replace("[env.staging]\n", crons));
    place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
    let failed = place.ci(&place.on_push(), &[]).ends(5);
    assert_eq!(failed.deliveries(), ["staging failed", "production not-begun"]);
    assert_eq!(failed.output("decision"), "failed");
    let comment = place.comment();
    assert!(comment.contains("staging failed, production is not begun"), "{comment}");
    assert!(!comment.contains("Back:"), "{comment}");
}
