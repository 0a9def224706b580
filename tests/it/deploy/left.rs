//! Who goes on with a deployment that was left, and who takes it back.

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, Trigger, What};

use super::place::{DATABASE, Place, WEB, says};
use super::several::{shop, stand};
use crate::git::git;
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

/// Of two services that change with a commit, `api` is done, and `web` not begun.
fn left(toolchain: &'static Toolchain) -> Place {
    let place = Place::two(toolchain);
    place.commit();
    place.deploy(&[], 0);
    place.tree.write("api/index.js", says("api, again"));
    place.tree.write("web/index.js", "export default { fetch() {}, scheduled() {} };\n");
    place.commit();
    place.killed(&[], "after journal service-finished", 1);
    place
}

fn states(place: &Place) -> Vec<State> {
    place.deployments().iter().map(|one| one.state).collect()
}

#[test]
fn what_is_done_with_other_code_is_deployed_again() {
    let Some(toolchain) = toolchain() else { return };
    let place = left(toolchain);
    let done = place.serving("api");
    place.tree.write("api/index.js", says("api, at last"));
    let deployed = place.deploy(&[], 0);
    assert_eq!(states(&place), [State::Succeeded, State::Succeeded], "it is the same deployment");
    let serves = place.serving("api");
    assert_ne!(serves, done);
    let recorded = &place.deployments()[0].services;
    assert_eq!(recorded[0].progress.version, Some(serves), "{deployed:#}");
}

#[test]
fn what_is_done_with_the_same_code_stays() {
    let Some(toolchain) = toolchain() else { return };
    let place = left(toolchain);
    let done = place.serving("api");
    // One service alone will do, where the others are done.
    let deployed = place.deploy(&["web"], 0);
    assert_eq!(states(&place), [State::Succeeded, State::Succeeded], "{deployed:#}");
    assert_eq!(place.serving("api"), done);
    assert_eq!(place.stand.script("web").deployments.len(), 2);
}

#[test]
fn what_is_deployed_again_goes_back_to_what_served_before_the_first_time() {
    let Some(toolchain) = toolchain() else { return };
    let place = left(toolchain);
    let [api, web] = ["api", "web"].map(|name| place.stand.script(name).versions[0].id.clone());
    place.tree.write("api/index.js", says("api, at last"));
    let crons = "triggers = { crons = [\"0 * * * *\"] }\n";
    place.tree.write("web/wrangler.toml", format!("{WEB}{crons}"));
    place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
    let failed = place.deploy(&["--resume"], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!((place.serving("api"), place.serving("web")), (api, web));
}

#[test]
fn what_is_done_goes_back_where_it_cannot_be_deployed_again() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::two(toolchain);
    place.tree.write("clodo.yml", "environments: { '': { strategy: staged } }\n");
    place.deploy(&[], 0);
    let api = place.serving("api");
    for name in ["api", "web"] {
        place.tree.write(&format!("{name}/index.js"), says(&format!("{name}, again")));
    }
    place.killed(&[], "after journal service-finished", 1);
    assert_ne!(place.serving("api"), api, "it is done");
    place.tree.write("api/index.js", says("api, at last"));
    let refused = What::Error { status: 403, code: 10000 };
    place.stand.sandbox.faults.add(Fault::always(refused).at("POST", "*/scripts/api/versions*"));
    let failed = place.deploy(&["--resume"], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!(place.serving("api"), api);
}

#[test]
fn another_commit_is_not_gone_on_with() {
    let Some(toolchain) = toolchain() else { return };
    let place = left(toolchain);
    let done = place.serving("api");
    place.tree.write("web/index.js", says("web, at last"));
    place.commit();
    let said = place.clodo(&["deploy", "--resume"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("was left of commit"), "{said:?}");
    assert_eq!((place.serving("api"), states(&place)[0]), (done, State::Running));
    place.deploy(&[], 0);
    assert_eq!(states(&place), [State::Succeeded, State::Restored, State::Succeeded]);
}

#[test]
fn a_part_of_what_is_left_does_not_end_it() {
    let Some(toolchain) = toolchain() else { return };
    let place = left(toolchain);
    let said = place.clodo(&["deploy", "--resume", "api"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("was left with web"), "{said:?}");
    place.deploy(&["api"], 0);
    assert_eq!(states(&place), [State::Succeeded, State::Restored, State::Succeeded]);
    let names: Vec<String> =
        place.deployments()[0].services.iter().map(|one| one.planned.service.clone()).collect();
    assert_eq!(names, ["api"]);
}

#[test]
fn what_stays_in_a_database_is_told_with_the_way_back() {
    let Some(toolchain) = toolchain() else { return };
    for (point, told) in [
        ("after wrangler d1 migrations", "what migrations ran on orders stays"),
        ("after journal step-done migrate", "0001_orders.sql ran on orders and stays"),
    ] {
        let place = Place::new(toolchain, stand(), shop());
        place.killed(&[], point, 1);
        let bookmark = place.deployments()[0].services[0].progress.bookmarks[DATABASE].clone();
        let told = format!("{told}; back: clodo data restore orders -e \"\" --to {bookmark}");
        let said = place.clodo(&["deploy"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.err.contains(&told), "{point}: {said:?}");
        let entries = place.entries();
        let reasons = entries.iter().filter_map(|one| one.event.details.get("reason")?.as_str());
        assert!(reasons.clone().any(|reason| reason.contains(&told)), "{point}: {entries:#?}");
    }
}

#[test]
fn of_a_preview_that_was_left_production_tells_nothing() {
    let Some(toolchain) = toolchain() else { return };
    let seed = "resources: { pages: [{ name: site, production-branch: main }] }\n";
    let config = "name = \"site\"\npages_build_output_dir = \"public\"\n\
                  compatibility_date = \"2026-01-01\"\n[env.preview]\n";
    let tree = WorkTree::of(&[
        ("wrangler.toml", config),
        ("public/index.html", "one"),
        ("clodo.yml", "environments: { '': {}, preview: { wrangler-env: preview } }\n"),
    ]);
    let place = Place::new(toolchain, Stand::seeded(seed), tree);
    place.commit();
    place.deploy(&["-e", ""], 0);
    git(&place.tree.path(), &["checkout", "--quiet", "-b", "feature"]);
    place.killed(&["-e", "preview"], "before wrangler pages deploy", 1);
    place.tree.write("public/index.html", "two");
    place.commit();
    place.deploy(&["-e", "preview"], 0);
    let events = place.events();
    assert!(events.contains(&"deployment-resumed".to_owned()), "{events:#?}");
    assert!(!events.iter().any(|one| one.starts_with("external-change")), "{events:#?}");
}
