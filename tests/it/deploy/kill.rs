//! A deployment is killed at every place at which something is written down or done outside, and
//! gone on with. Afterwards the record says what the account shows.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use clodo::core::model::deployment::State;

use super::place::{API, Place, says};
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

/// How many deployments are killed at once.
const AT_ONCE: usize = 2;

const DATABASE: &str = "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351";

/// A project whose second deployment is killed.
type Scenario = fn(&'static Toolchain) -> Place;

fn direct(toolchain: &'static Toolchain) -> Place {
    Place::api(toolchain)
}

/// Staged, with a trigger that changes, and a database with a migration.
fn staged(toolchain: &'static Toolchain) -> Place {
    let place = Place::new(
        toolchain,
        Stand::seeded(&format!("resources:\n  d1: [{{ name: orders, id: {DATABASE} }}]\n")),
        WorkTree::of(&[
            ("wrangler.toml", API),
            ("index.js", &says("one")),
            ("clodo.yml", "environments: { '': { strategy: staged } }\n"),
        ]),
    );
    let crons = "triggers = { crons = [\"0 * * * *\"] }\nobservability = { enabled = true }\n";
    let database = format!(
        "[[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\n\
         database_id = \"{DATABASE}\"\n"
    );
    // The first deployment is the one before.
    place.deploy(&[], 0);
    place.tree.write("wrangler.toml", format!("{API}{crons}{database}"));
    place.tree.write("migrations/0001_orders.sql", "CREATE TABLE orders (id INTEGER);\n");
    place
}

/// The places that a deployment passes and that differ in what has happened, in order.
fn points(toolchain: &'static Toolchain, scenario: Scenario) -> Vec<String> {
    let place = scenario(toolchain);
    change(&place);
    let file = place.tree.at("points");
    let mut command = place.command(&["deploy"]);
    let said = super::place::said(command.env("CLODO_FAIL_POINTS", &file));
    assert_eq!(said.code, Some(0), "{said:?}");
    let mut seen = BTreeSet::new();
    let points = fs::read_to_string(file).expect("points");
    let each = points.lines().filter(|point| seen.insert((*point).to_owned()));
    // Before one thing is after the one that came before it: nothing lies between.
    let is_own = |(at, point): &(usize, &str)| *at == 0 || point.starts_with("after ");
    each.enumerate().filter(is_own).map(|(_, point)| point.to_owned()).collect()
}

fn change(place: &Place) {
    place.tree.write(
        "index.js",
        "export default { fetch() { return new Response('two') }, scheduled() {} };\n",
    );
}

fn killed_and_gone_on_with(toolchain: &'static Toolchain, scenario: Scenario, point: &str) {
    let place = scenario(toolchain);
    change(&place);
    let mut command = place.command(&["deploy"]);
    let killed = command.env("CLODO_FAIL_POINT", point).status().expect("clodo starts");
    assert_eq!(killed.signal(), Some(9), "{point}");
    place.let_leases_run_out();
    let left = place.deployments();
    let was_left = left.first().is_some_and(|one| !one.state.is_final());
    if was_left {
        place.deploy(&["--resume"], 0);
    } else {
        place.deploy(&[], 0);
    }
    let recorded = place.deployments();
    assert!(recorded.iter().all(|one| one.state.is_final()), "{point}: {recorded:#?}");
    let [service] = &recorded[0].services[..] else { panic!("one service") };
    assert_eq!(recorded[0].state, State::Succeeded, "{point}");
    assert_eq!(service.progress.version, Some(place.serving("api")), "{point}");
    if was_left {
        assert_eq!(recorded[0].id, left[0].id, "{point}: it is the same deployment");
    }
    if let Some(migrations) = service.progress.migrations.get(DATABASE) {
        assert_eq!(migrations, &["0001_orders.sql"], "{point}");
        assert!(service.progress.bookmarks.contains_key(DATABASE), "{point}");
    }
}

fn at_every_point(scenario: Scenario, least: usize) {
    let Some(toolchain) = toolchain() else { return };
    let points = points(toolchain, scenario);
    assert!(points.len() >= least, "{points:#?}");
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let work = || {
            while let Some(point) =
                points.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
            {
                killed_and_gone_on_with(toolchain, scenario, point);
            }
        };
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
}

#[test]
fn a_direct_deployment_survives_a_kill_at_every_point() {
    at_every_point(direct, 7);
}

#[test]
fn a_staged_deployment_with_a_migration_survives_a_kill_at_every_point() {
    at_every_point(staged, 20);
}

#[test]
fn what_another_commit_left_is_taken_back() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let version = place.serving("api");
    change(&place);
    let mut command = place.command(&["deploy"]);
    let point = "after wrangler deploy";
    let killed = command.env("CLODO_FAIL_POINT", point).status().expect("clodo starts");
    assert_eq!(killed.signal(), Some(9));
    assert_ne!(place.serving("api"), version, "the new version serves");
    place.let_leases_run_out();
    let done = place.deploy(&[], 0);
    // It was planned anew, on what serves again.
    assert_eq!(done["services"][0]["before"][0]["version_id"], version, "{done:#}");
    assert_ne!(place.serving("api"), version);
    let states: Vec<State> = place.deployments().iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Succeeded, State::Restored, State::Succeeded]);
}
