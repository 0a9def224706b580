//! Others in the same account: what they deploy at the same time, and what is theirs.

use std::process::{Child, Stdio};
use std::time::Duration;

use clodo::core::model::deployment::State;
use clodo::core::model::lock::{Info, key};
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::store::{Claim, Held, Store, Terms};

use super::place::{API, Place, says};
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

/// Starts `clodo deploy`, which goes on beside the test.
fn started(place: &Place, args: &[&str]) -> Child {
    let mut command = place.command(&[&["deploy"], args].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("clodo starts")
}

fn ended(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("clodo ends");
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

/// The lock of the environment, in the hands of another.
fn hold(place: &Place, store: &Store) -> Held {
    let claim = Claim {
        keys: vec![key(&place.stand.account(), "", None)],
        op: "another".to_owned(),
        holder: "ben".to_owned(),
        info: Info::default(),
    };
    let held = place.stand.runtime.block_on(store.hold(&claim, Terms::default()));
    held.expect("a store").expect("the lock is free").0
}

/// Waits until so many wait for it.
fn until_wait(place: &Place, store: &Store, count: usize) {
    while place.stand.runtime.block_on(store.waiters()).expect("a queue").len() < count {
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn who_waits_for_a_deployment_of_ours_plans_on_what_it_left() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let store = place.store();
    let held = hold(&place, &store);
    let wait = ["--wait-for-lock", "2m"];
    place.tree.write("index.js", says("two"));
    let first = started(&place, &wait);
    until_wait(&place, &store, 1);
    place.tree.write("index.js", says("three"));
    let second = started(&place, &wait);
    until_wait(&place, &store, 2);
    place.stand.runtime.block_on(held.release()).expect("given back");

    let (code, said) = ended(first);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = ended(second);
    assert_eq!(code, Some(0), "{said}");
    let [last, before, _] = &place.deployments()[..] else { panic!("three deployments") };
    let meanwhile = format!("{} deployed api meanwhile: planning again", before.id);
    assert!(said.contains(&meanwhile), "{said}");
    assert_eq!(last.services[0].progress.version, Some(place.serving("api")));
    assert_eq!(last.state, State::Succeeded);
}

#[test]
fn where_somebody_deploys_before_the_lock_is_had_nothing_is_done() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    // The plan is made while another has the lock.
    let store = place.store();
    let held = hold(&place, &store);
    let waits = started(&place, &["--wait-for-lock", "2m"]);
    until_wait(&place, &store, 1);
    place.meanwhile("api");
    let theirs = place.serving("api");
    place.stand.runtime.block_on(held.release()).expect("given back");
    let (code, said) = ended(waits);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("somebody else deployed api meanwhile: version "), "{said}");
    assert!(said.contains("deployed by sandbox@example.com from wrangler"), "{said}");
    assert_eq!(place.serving("api"), theirs);
    assert_eq!(place.deployments().len(), 1, "it did not begin");
    assert!(
        place.stand.runtime.block_on(store.locks()).expect("locks").iter().all(|one| !one.is_alive)
    );
}

#[test]
fn where_somebody_deploys_before_a_service_has_its_turn_it_is_left_alone() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::two(toolchain);
    place.deploy(&[], 0);
    let api = place.serving("api");
    place.tree.write("api/index.js", says("api, again"));
    place.tree.write("web/index.js", says("web, again"));
    // Longer than a look at what serves counts, and than Wrangler takes.
    let slow = Fault::always(What::Latency(20_000)).at("GET", "*/workers/services/api").once();
    place.stand.sandbox.faults.add(slow);
    let runs = started(&place, &[]);
    place.wait_for("step-started api deploy", 2);
    place.meanwhile("web");
    let theirs = place.serving("web");
    let (code, said) = ended(runs);
    assert_eq!(code, Some(5), "{said}");
    assert_eq!(place.serving("web"), theirs, "theirs stays");
    assert_eq!(place.serving("api"), api, "what was deployed with it is put back");
    assert_eq!(place.deployments()[0].state, State::Restored);
    let reason = &place.events();
    assert!(!reason.contains(&"step-started web restore".to_owned()), "{reason:?}");
}

#[test]
fn what_somebody_deployed_while_wrangler_ran_is_said() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    // Wrangler builds and asks, and has sent nothing yet: time for another.
    let slow = Fault::always(What::Latency(20_000)).at("GET", "*/workers/services/api").once();
    place.stand.sandbox.faults.add(slow);
    let runs = started(&place, &[]);
    place.wait_for("step-started api deploy", 2);
    while place.stand.sandbox.faults.list()[0].1 == 0 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    place.meanwhile("api");
    let theirs = place.serving("api");
    let (code, said) = ended(runs);
    assert_eq!(code, Some(0), "{said}");
    assert_ne!(place.serving("api"), theirs, "Cloudflare takes whatever comes last");
    assert!(said.contains("note: api: sandbox@example.com deployed at the same time"), "{said}");
    assert!(place.events().contains(&"external-change api".to_owned()), "{:?}", place.events());
}

/// An account in which `other` has the addresses of a zone.
const TAKEN: &str = "
zones: [{ name: example.com, dns: [{ name: www, type: A, content: 192.0.2.1, proxied: true }] }]
workers: [{ name: other, routes: [www.example.com/*], domains: [shop.example.com] }]
";

#[test]
fn what_leads_to_another_worker_is_not_taken() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(
        toolchain,
        Stand::seeded(TAKEN),
        WorkTree::of(&[("wrangler.toml", API), ("index.js", &says("one"))]),
    );
    let leads = || {
        let state = place.stand.sandbox.state();
        let zone = state.zones.0.first().expect("a zone").clone();
        let routes: Vec<_> = zone.routes.iter().map(|one| one.script.clone()).collect();
        (routes, state.workers.domains.clone())
    };
    let before = leads();
    for (routes, rule) in [
        (
            "[{ pattern = \"www.example.com/*\", zone_name = \"example.com\" }]",
            "routes/route-of-another-worker",
        ),
        (
            "[{ pattern = \"shop.example.com\", custom_domain = true }]",
            "routes/takes-custom-domain",
        ),
    ] {
        place.tree.write("wrangler.toml", format!("{API}routes = {routes}\n"));
        let said = place.clodo(&["deploy"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.err.contains(rule) && said.err.contains("other"), "{said:?}");
        assert!(place.deployments().is_empty());
    }
    assert_eq!(leads(), before);

    // Who insists is told that Wrangler will not do it either.
    let route = "routes = [{ pattern = \"www.example.com/*\", zone_name = \"example.com\" }]\n";
    place.tree.write("wrangler.toml", format!("{API}{route}"));
    let force = ["--force-rule", "routes/route-of-another-worker", "--reason", "a test"];
    let said = place.clodo(&[&["deploy"], &force[..]].concat());
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("www.example.com/* will be refused: other has it"), "{said:?}");
    assert!(place.deployments().is_empty());
    assert_eq!(leads(), before);
}
