//! A freeze that begins while a deployment runs: nothing further is begun, and nothing is left half
//! done.

use std::process::Child;

use clodo::core::model::deployment::State;

use super::place::{Place, Said, ended, says};
use crate::toolchain::toolchain;

/// Somebody else begins a freeze while the checks of a deployment are made; then they end.
fn frozen_in_checks(place: &Place, deployment: Child) -> Said {
    let frozen = place.clodo(&["freeze", "add", "--reason", "the database is moved"]);
    assert_eq!(frozen.code, Some(0), "{frozen:?}");
    place.let_checks_end();
    ended(deployment.wait_with_output().expect("it ends"))
}

/// Ends the freeze that holds.
fn thaw(place: &Place) {
    let listed = place.clodo(&["freeze", "ls", "--format", "json"]).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let id = listed["freezes"][0]["id"].as_str().expect("a freeze").to_owned();
    let ended = place.clodo(&["freeze", "end", &id, "--reason", "it is moved"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

const WHY: &str = "the gate closed meanwhile: it waits for the end of a freeze, which somebody has to \
                   end (the database is moved)";

#[test]
fn no_further_wave_begins_and_what_was_deployed_is_put_back() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::two(toolchain);
    place.deploy(&[], 0);
    let (api, web) = (place.serving("api"), place.serving("web"));
    place.tree.write("api/index.js", says("api, again"));
    place.tree.write("web/index.js", says("web, again"));
    let deployment = place.deploy_into_checks("strategy: direct, ");
    assert_ne!(place.serving("api"), api, "the first wave serves");
    let said = frozen_in_checks(&place, deployment);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.out.contains("What served before was put back, and serves."), "{said:?}");
    for line in [WHY, "not begun: web", "api: was put back"] {
        assert!(said.out.contains(line), "{line}: {said:?}");
    }
    assert_eq!((place.serving("api"), place.serving("web")), (api, web));
    let recorded = &place.deployments()[0];
    assert_eq!(recorded.state, State::Restored);
    let states: Vec<_> = recorded.services.iter().map(|one| one.progress.state).collect();
    assert_eq!(states, [Some(State::Restored), None]);
    let events = place.events();
    let began = events.iter().rposition(|one| one == "deployment-started").expect("it began");
    let of_web = events[began..].iter().filter(|one| one.contains(" web"));
    assert_eq!(of_web.count(), 0, "{events:#?}");

    // It is not held: it goes live when the freeze is over.
    let waits = place.clodo(&["deploy"]);
    assert_eq!(waits.code, Some(4), "{waits:?}");
    thaw(&place);
    place.deploy(&[], 0);
}

#[test]
fn nothing_is_promoted_any_more() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", says("two"));
    let deployment = place.deploy_into_checks("strategy: staged, ");
    let said = frozen_in_checks(&place, deployment);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.out.contains(WHY), "{said:?}");
    assert!(!place.events().contains(&"step-started api promote".to_owned()));
    assert_eq!(place.deployments()[0].state, State::Failed);
    // Its share of 0 % is taken back, so that the next one is looked at beside what serves again.
    let script = place.stand.script("api");
    let shares = &script.deployments.last().expect("a deployment").versions;
    assert_eq!(shares.len(), 1, "{shares:?}");
    assert_eq!(place.serving("api"), version);
}
