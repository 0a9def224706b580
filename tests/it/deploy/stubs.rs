//! Services that need each other: one is made empty first, and is not left so.

use clodo::core::model::deployment::State;
use serde_json::Value;

use super::place::{API, Place, Said, WEB, says};
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

/// `web` is made empty first.
pub(super) const BREAK: &str = "environments: { '': { break: [{ service: api, before: web }] } }\n";

/// Services that are bound to each other.
pub(super) fn circle() -> WorkTree {
    let api = format!("{API}services = [{{ binding = \"WEB\", service = \"web\" }}]\n");
    WorkTree::of(&[
        ("api/wrangler.toml", &api),
        ("api/index.js", &says("api")),
        ("web/wrangler.toml", WEB),
        ("web/index.js", &says("web")),
    ])
}

#[test]
fn of_services_that_need_each_other_one_is_made_empty_first() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain, Stand::new(), circle());
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("api and web need each other"), "{said:?}");
    assert!(place.stand.sandbox.state().workers.scripts.is_empty());

    place.tree.write("clodo.yml", BREAK);
    place.deploy(&[], 0);
    let events = place.events();
    let deployed: Vec<&str> =
        events.iter().filter_map(|one| one.strip_prefix("step-done ")).collect();
    assert_eq!(deployed, ["web stub", "api deploy", "web deploy"], "the first is empty");
    let web = place.stand.script("web");
    assert_eq!(web.versions.len(), 2);
    let (serving, _) = web.serving().next().expect("it serves");
    assert_eq!(serving.id, web.versions[1].id);
    assert_eq!(serving.compatibility_date.as_deref(), Some("2026-01-01"), "the real one");

    // Where all of them are there, nothing is made empty.
    place.tree.write("api/index.js", says("api, again"));
    place.tree.write("web/index.js", says("web, again"));
    place.deploy(&[], 0);
    assert_eq!(place.stand.script("web").versions.len(), 3);
    assert_eq!(place.stand.script("api").versions.len(), 2);
}

/// A Worker that is bound to others.
fn bound(name: &str, others: &[&str]) -> String {
    let binding = |other: &&str| {
        format!("{{ binding = {:?}, service = {other:?} }}", other.to_ascii_uppercase())
    };
    let bindings = others.iter().map(binding).collect::<Vec<_>>().join(", ");
    format!("{}services = [{bindings}]\n", API.replace("\"api\"", &format!("{name:?}")))
}

/// The break that clodo proposes, as clodo.yml.
fn proposed(said: &Said) -> String {
    let (_, list) = said.err.split_once("goes first: break: ").expect("a proposal");
    let list = list.lines().next().unwrap_or_default();
    format!("environments: {{ '': {{ break: {list} }} }}\n")
}

#[test]
fn whoever_goes_first_the_rest_of_a_circle_keeps_its_order() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[
        ("a/wrangler.toml", &bound("a", &["b"])),
        ("b/wrangler.toml", &bound("b", &["c"])),
        ("c/wrangler.toml", &bound("c", &["a"])),
    ]);
    for name in ["a", "b", "c"] {
        tree.write(&format!("{name}/index.js"), says(name));
    }
    let place = Place::new(toolchain, Stand::new(), tree);
    // `a` does not need `c`: the three go on needing each other.
    for settings in ["", "environments: { '': { break: [{ service: a, before: c }] } }\n"] {
        place.tree.write("clodo.yml", settings);
        let refused = place.clodo(&["deploy"]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.err.contains("a and b and c need each other"), "{refused:?}");
        assert!(place.stand.sandbox.state().workers.scripts.is_empty());
        place.tree.write("clodo.yml", proposed(&refused));
    }
    place.deploy(&[], 0);
    let steps: Vec<String> =
        place.events().into_iter().filter(|event| event.starts_with("step-")).collect();
    let one_by_one = ["b stub", "a deploy", "c deploy", "b deploy"]
        .map(|step| [format!("step-started {step}"), format!("step-done {step}")]);
    assert_eq!(steps, one_by_one.concat());
}

/// Two services of which one is made empty, and the other does not build.
fn broken(toolchain: &'static Toolchain) -> Place {
    let tree = circle();
    tree.write("clodo.yml", BREAK);
    tree.write("api/index.js", "import './nowhere.js';\nexport default {");
    Place::new(toolchain, Stand::new(), tree)
}

const FORCE: [&str; 4] = ["--force-rule", "build/unresolved-import", "--reason", "a test"];

/// Kills a deployment of it at a place.
fn killed(place: &Place, point: &str) {
    place.killed(&FORCE, point, 1);
}

fn fails(place: &Place, args: &[&str], code: i32) -> Value {
    place.deploy(&[&FORCE[..], args].concat(), code)
}

fn workers(place: &Place) -> Vec<String> {
    place.stand.sandbox.state().workers.scripts.keys().cloned().collect()
}

#[test]
fn an_empty_worker_does_not_stay_where_nothing_takes_its_place() {
    let Some(toolchain) = toolchain() else { return };
    let place = broken(toolchain);
    let failed = fails(&place, &[], 5);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    assert_eq!(workers(&place), [""; 0]);
    let events = place.events();
    let of_web: Vec<&str> =
        events.iter().map(String::as_str).filter(|one| one.contains(" web ")).collect();
    let steps = ["started web stub", "done web stub", "started web remove", "done web remove"];
    assert_eq!(of_web, steps.map(|step| format!("step-{step}")));
    // As if nothing had been.
    place.tree.write("api/index.js", says("api"));
    place.deploy(&[], 0);
    assert_eq!(workers(&place), ["api", "web"]);
}

#[test]
fn a_killed_run_leaves_no_empty_worker_either() {
    let Some(toolchain) = toolchain() else { return };
    for point in ["after wrangler deploy stub.mjs", "after journal step-done stub"] {
        // Whoever goes on with it,
        let place = broken(toolchain);
        killed(&place, point);
        assert_eq!(workers(&place), ["web"], "{point}");
        fails(&place, &["--resume"], 5);
        assert_eq!(workers(&place), [""; 0], "{point}");
        assert_eq!(place.deployments()[0].state, State::Failed, "{point}");

        // and whoever takes it back and begins anew.
        let place = broken(toolchain);
        killed(&place, point);
        place.tree.write("api/index.js", says("api"));
        let done = place.deploy(&[], 0);
        assert_eq!(done["state"], "succeeded", "{point}: {done:#}");
        let states: Vec<State> = place.deployments().iter().map(|one| one.state).collect();
        assert_eq!(states, [State::Succeeded, State::Failed], "{point}");
        let removed = place.events().contains(&"step-done web remove".to_owned());
        assert!(removed, "{point}: {:#?}", place.events());
    }
}

#[test]
fn an_empty_worker_that_others_uploaded_to_is_left_and_named() {
    let Some(toolchain) = toolchain() else { return };
    let place = broken(toolchain);
    killed(&place, "after journal step-done stub");
    let config = API.replace("\"api\"", "\"web\"");
    let theirs = WorkTree::of(&[("wrangler.toml", &config), ("index.js", &says("theirs"))]);
    place.stand.wrangler(toolchain, &theirs.path(), &["versions", "upload"]);
    let failed = fails(&place, &["--resume"], 6);
    assert_eq!(failed["state"], "needs-person", "{failed:#}");
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("something else was uploaded to it since"), "{reason}");
    assert!(reason.contains("wrangler delete --name web"), "{reason}");
    assert_eq!(workers(&place), ["web"]);
}

#[test]
fn an_empty_worker_that_another_is_bound_to_is_left_and_named() {
    let Some(toolchain) = toolchain() else { return };
    let place = broken(toolchain);
    // The one is deployed, and new: it stays. The other does not build.
    place.tree.write("api/index.js", says("api"));
    place.tree.write("web/index.js", "import './nowhere.js';\nexport default {");
    let failed = fails(&place, &[], 6);
    assert_eq!(failed["state"], "needs-person", "{failed:#}");
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("wrangler delete --name web"), "{reason}");
    assert_eq!(workers(&place), ["api", "web"]);
    assert!(place.events().contains(&"step-failed web remove".to_owned()));
    // The next one goes on from there.
    place.tree.write("web/index.js", says("web"));
    let done = place.deploy(&[], 0);
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(place.stand.script("web").versions.len(), 2);
}
