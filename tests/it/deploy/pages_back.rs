//! A Pages project is deployed, checked, put back, and rolled back.

use reqwest::Method;
use serde_json::json;

use super::place::Place;
use crate::sandbox::running::running;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const SITE: &str = "name = \"shop\"\npages_build_output_dir = \"site\"\n\
                    compatibility_date = \"2026-01-01\"\n[env.preview]\n";

/// Previews are an environment of their own.
const TOP: &[&str] = &["-e", ""];

fn place() -> Option<Place> {
    let tree = WorkTree::of(&[
        ("wrangler.toml", SITE),
        ("site/index.html", "<h1>one</h1>"),
        (
            "clodo.yml",
            "environments: { '': { verify: [{ url: /, contains: <h1>, retries: 0 }] }, preview: { wrangler-env: preview } }\n",
        ),
    ]);
    let place = Place::new(toolchain()?, running()?, tree);
    // As the configuration has it, so that nothing drifts.
    let settings = json!({ "compatibility_date": "2026-01-01" });
    let project = json!({
        "name": "shop", "production_branch": "main",
        "deployment_configs": { "production": settings, "preview": settings },
    });
    let path = "/accounts/{account}/pages/projects";
    assert_eq!(place.stand.ask(Method::POST, path, Some(&project)).0, 200);
    Some(place)
}

/// The deployment that serves production, by its age, and what it says.
fn serves(place: &Place) -> (Option<usize>, String) {
    let state = place.stand.sandbox.state();
    let project = state.pages.project("shop").expect("a project");
    let at = project.deployments.iter().position(|one| Some(&one.id) == project.canonical.as_ref());
    (at, place.stand.visit("shop.pages.dev", "/", &[]).1)
}

#[test]
fn a_site_goes_back_to_what_was_well() {
    let Some(place) = place() else { return };
    place.deploy(TOP, 0);
    place.tree.write("site/index.html", "<h1>two</h1>");
    place.deploy(TOP, 0);
    assert_eq!(serves(&place), (Some(1), "<h1>two</h1>".to_owned()));
    let verified = place.clodo(&["verify", "-e", ""]);
    assert_eq!(verified.code, Some(0), "{verified:?}");

    // What fails its checks is put back at once.
    place.tree.write("site/index.html", "broken");
    let failed = place.deploy(TOP, 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!(serves(&place), (Some(1), "<h1>two</h1>".to_owned()));

    let back = place.clodo(&["rollback", "-e", "", "--reason", "a typo"]);
    assert_eq!(back.code, Some(0), "{back:?}");
    assert!(back.err.contains("live and healthy in d-"), "{back:?}");
    assert_eq!(serves(&place), (Some(0), "<h1>one</h1>".to_owned()));
    let verified = place.clodo(&["verify", "-e", ""]);
    assert_eq!(verified.code, Some(0), "what the rollback brought is what should be: {verified:?}");
    let again = place.clodo(&["rollback", "-e", ""]);
    assert_eq!(again.code, Some(5), "nothing is before it: {again:?}");
}

#[test]
fn a_preview_does_not_serve_production() {
    let Some(place) = place() else { return };
    place.deploy(TOP, 0);
    let preview = ["pages", "deploy", "--branch", "feature", "--commit-dirty", "true"];
    let toolchain = toolchain().expect("it was there");
    place.stand.wrangler(toolchain, &place.tree.path(), &preview);
    let state = place.stand.sandbox.state();
    let preview = state.pages.project("shop").expect("a project").deployments[1].id.clone();
    let blocked = place.clodo(&["rollback", "-e", "", "--to", &preview]);
    assert_eq!(blocked.code, Some(5), "{blocked:?}");
    assert!(blocked.err.contains("only finished production deployments"), "{blocked:?}");
    assert_eq!(serves(&place).0, Some(0));

    // Of no branch, Wrangler would make production.
    place.tree.write("site/index.html", "<h1>two</h1>");
    let failed = place.deploy(&["-e", "preview"], 5);
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("it would serve production"), "{reason}");
    assert_eq!(serves(&place), (Some(0), "<h1>one</h1>".to_owned()));
}
