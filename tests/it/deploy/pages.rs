//! A Pages project.

use clodo::core::model::deployment::{State, Strategy};
use clodo::server::sandbox::faults::{Fault, What};

use super::place::Place;
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const SEED: &str = "resources: { pages: [{ name: site, production-branch: main }] }\n";

const SITE: &str =
    "name = \"site\"\npages_build_output_dir = \"public\"\ncompatibility_date = \"2026-01-01\"\n";

#[test]
fn its_files_are_deployed_and_what_fails_is_told() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[("wrangler.toml", SITE), ("public/index.html", "<h1>one</h1>\n")]);
    let place = Place::new(toolchain, Stand::seeded(SEED), tree);
    let done = place.deploy(&[], 0);
    let project = || place.stand.sandbox.state().pages.project("site").expect("there").clone();
    let [first] = &project().deployments[..] else { panic!("one deployment") };
    assert_eq!((&*first.environment, &*first.branch), ("production", "main"));
    assert!(first.commit_message.starts_with("clodo:d-"), "{first:?}");
    assert_eq!(done["services"][0]["version"], *first.id);
    let recorded = place.deployments();
    let service = &recorded[0].services[0];
    assert_eq!((recorded[0].state, service.planned.strategy), (State::Succeeded, Strategy::Pages));
    assert_eq!(service.progress.cloudflare_deployment.as_ref(), Some(&first.id));

    place.tree.write("public/index.html", "<h1>two</h1>\n");
    let refused = What::Error { status: 403, code: 10000 };
    place.stand.sandbox.faults.add(Fault::always(refused).at("POST", "*/deployments"));
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    assert_eq!(project().deployments.len(), 1);
}

#[test]
fn what_serves_after_an_answer_was_lost_is_seen() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[("wrangler.toml", SITE), ("public/index.html", "<h1>one</h1>\n")]);
    let place = Place::new(toolchain, Stand::seeded(SEED), tree);
    place.deploy(&[], 0);
    let state = || place.stand.sandbox.state();
    let first = state().pages.project("site").expect("there").canonical.clone();

    place.tree.write("public/index.html", "<h1>two</h1>\n");
    place
        .stand
        .sandbox
        .faults
        .add(Fault::always(What::DropReply).once().at("POST", "*/deployments"));
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    let reason = failed["services"][0]["error"].as_str().unwrap_or_default();
    assert!(reason.starts_with("the new version serves, and Wrangler failed"), "{failed:#}");
    let project = state().pages.project("site").expect("there").clone();
    assert_eq!((project.deployments.len(), project.canonical), (2, first));
    let recorded = place.deployments();
    assert_eq!(recorded[0].services[0].progress.version, Some(project.deployments[1].id.clone()));
}
