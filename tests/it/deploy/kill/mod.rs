//! A deployment is killed at every place at which something is written down or done outside, and
//! gone on with. Afterwards the record says what the account shows.
//!
//! A place that was gone on with is as good as new for the next one: the account is set up once for
//! each of the threads, and each of its deployments changes something of its own.

mod scenarios;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, Trigger, What};

use self::scenarios::{
    CHECKED, CIRCLE, DIRECT, MIGRATED, PAGES, PUT_BACK, REMOVED, STAGED, Scenario, TWO,
    hears_crons, two,
};
use super::place::{Place, WEB, said, says};
use crate::sandbox::Stand;
use crate::toolchain::toolchain;

/// How many deployments are killed at once.
const AT_ONCE: usize = 2;

/// A place in a deployment: its name, and the how manyth time it is passed.
type Point = (String, usize);

/// The places that a deployment passes and that differ in what has happened, in order.
fn points(scenario: &Scenario, place: &Place) -> Vec<Point> {
    let file = place.tree.at("points");
    let mut command = place.command(&[&["deploy"], scenario.args].concat());
    let said = said(command.env("CLODO_FAIL_POINTS", &file));
    assert_eq!(said.code, Some(scenario.ends.1), "{said:?}");
    let mut passes = BTreeMap::new();
    let passed = fs::read_to_string(file).expect("points");
    let points = passed.lines().map(|point| {
        let pass = passes.entry(point.to_owned()).or_insert(0);
        *pass += 1;
        (point.to_owned(), *pass)
    });
    // Before one thing is after the one that came before it: nothing lies between.
    let differs = |(at, (point, _)): &(usize, Point)| *at == 0 || point.starts_with("after ");
    points.enumerate().filter(differs).map(|(_, point)| point).collect()
}

fn killed_and_gone_on_with(scenario: &Scenario, place: &Place, point: &Point) {
    let known = place.deployments().len();
    place.killed(scenario.args, &point.0, point.1);
    let left = place.deployments();
    let (state, code) = scenario.ends;
    let was_begun = left.len() > known;
    let was_left = was_begun && !left[0].state.is_final();
    if was_left {
        place.deploy(&[scenario.args, &["--resume"]].concat(), code);
    } else if !was_begun {
        place.deploy(scenario.args, code);
    }
    let recorded = place.deployments();
    assert!(recorded.iter().all(|one| one.state.is_final()), "{point:?}: {recorded:#?}");
    assert_eq!(recorded[0].state, state, "{point:?}");
    if was_begun {
        assert_eq!(recorded[0].id, left[0].id, "{point:?}: it is the same deployment");
    }
    assert_eq!((scenario.shows)(place, &recorded[0]), Ok(()), "{point:?}");
}

fn at_every_point(scenario: &Scenario, names: &[&str]) {
    let Some(toolchain) = toolchain() else { return };
    let first = (scenario.place)(toolchain);
    (scenario.change)(&first, 0);
    let mut points = points(scenario, &first);
    let is_own = |point: &String| {
        scenario.own.is_empty() || scenario.own.iter().any(|word| point.contains(word))
    };
    points.retain(|(point, _)| is_own(point));
    let passed: BTreeSet<&str> = points.iter().map(|(point, _)| point.as_str()).collect();
    for name in names {
        assert!(passed.contains(name), "{name}: {points:#?}");
    }
    let next = AtomicUsize::new(0);
    let work = |place: Place| {
        loop {
            let round = next.fetch_add(1, Ordering::Relaxed);
            let Some(point) = points.get(round) else { return };
            (scenario.change)(&place, round + 1);
            killed_and_gone_on_with(scenario, &place, point);
        }
    };
    let work = &work;
    std::thread::scope(|scope| {
        scope.spawn(move || work(first));
        for _ in 1..AT_ONCE {
            scope.spawn(|| work((scenario.place)(toolchain)));
        }
    });
}

#[test]
fn a_direct_deployment_survives_a_kill_at_every_point() {
    at_every_point(&DIRECT, &["after journal deployment-started", "after wrangler deploy"]);
}

#[test]
fn a_staged_deployment_survives_a_kill_at_every_point() {
    let names = [
        "after wrangler versions upload",
        "after cloudflare promote",
        "after wrangler triggers deploy",
        "after cloudflare settings",
    ];
    at_every_point(&STAGED, &names);
}

#[test]
fn a_migration_survives_a_kill_at_every_point() {
    at_every_point(&MIGRATED, &["after cloudflare bookmark", "after wrangler d1 migrations"]);
}

#[test]
fn a_deployment_with_checks_survives_a_kill_at_every_point_of_them() {
    at_every_point(&CHECKED, &["after cloudflare share", "after checks"]);
}

#[test]
fn a_deployment_of_two_services_survives_a_kill_of_either() {
    at_every_point(&TWO, &["after journal service-finished"]);
}

#[test]
fn a_deployment_that_is_put_back_survives_a_kill_at_every_point_of_that() {
    let names = ["after cloudflare restore versions", "after cloudflare restore rest"];
    at_every_point(&PUT_BACK, &names);
}

#[test]
fn an_empty_worker_survives_a_kill_at_every_point() {
    at_every_point(&CIRCLE, &["after journal step-started stub", "after wrangler deploy stub.mjs"]);
}

#[test]
fn an_empty_worker_is_deleted_whatever_is_killed() {
    at_every_point(&REMOVED, &["after cloudflare remove", "after journal step-done remove"]);
}

#[test]
fn a_pages_project_survives_a_kill_at_every_point() {
    at_every_point(&PAGES, &["after wrangler pages deploy"]);
}

#[test]
fn what_another_commit_left_is_taken_back() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", says("two"));
    place.killed(&[], "after wrangler deploy", 1);
    assert_ne!(place.serving("api"), version, "the new version serves");
    let done = place.deploy(&[], 0);
    // It was planned anew, on what serves again.
    assert_eq!(done["services"][0]["before"][0]["version_id"], version, "{done:#}");
    assert_ne!(place.serving("api"), version);
    let states: Vec<State> = place.deployments().iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Succeeded, State::Restored, State::Succeeded]);
}

#[test]
fn what_the_killed_run_had_deployed_goes_back_with_the_rest() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain, Stand::new(), two());
    place.deploy(&[], 0);
    let (api, web) = (place.serving("api"), place.serving("web"));
    place.tree.write("api/index.js", says("api, again"));
    place.tree.write("web/index.js", hears_crons("web, again"));
    place
        .tree
        .write("web/wrangler.toml", format!("{WEB}triggers = {{ crons = [\"0 * * * *\"] }}\n"));
    place.killed(&[], "after journal service-finished", 1);
    assert_ne!(place.serving("api"), api, "it is done");
    place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
    let failed = place.deploy(&["--resume"], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!((place.serving("api"), place.serving("web")), (api, web));
}
