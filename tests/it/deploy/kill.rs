//! A deployment is killed at every place at which something is written down or done outside, and
//! gone on with. Afterwards the record says what the account shows.
//!
//! A place that was gone on with is as good as new for the next one: the account is set up once for
//! each of the threads, and each of its deployments changes something of its own.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, Trigger, What};

use super::place::{API, DATABASE, Place, WEB, says};
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

/// How many deployments are killed at once.
const AT_ONCE: usize = 2;

/// A project of which a deployment is killed, again and again.
struct Scenario {
    place: fn(&'static Toolchain) -> Place,
    /// Changes what is deployed, in a way of its own each time.
    change: fn(&Place, usize),
}

/// A Worker that is new each time.
const DIRECT: Scenario = Scenario {
    place: Place::api,
    change: |place, round| {
        place.tree.write("wrangler.toml", API.replace("\"api\"", &format!("\"api-{round}\"")));
    },
};

/// Staged, with a trigger that changes, and a database with a migration.
const STAGED: Scenario = Scenario {
    place: |toolchain| {
        let place = Place::new(
            toolchain,
            Stand::seeded(&format!("resources:\n  d1: [{{ name: orders, id: {DATABASE} }}]\n")),
            WorkTree::of(&[
                ("wrangler.toml", API),
                ("index.js", &says("one")),
                ("clodo.yml", "environments: { '': { strategy: staged } }\n"),
            ]),
        );
        place.deploy(&[], 0);
        place
    },
    change: |place, round| {
        place.tree.write("index.js", hears_crons(&format!("{round}")));
        // One of the settings that no version has.
        let before = fs::read_to_string(place.tree.at("wrangler.toml")).expect("a configuration");
        let is_on = !before.contains("observability = { enabled = true }");
        let database = format!(
            "triggers = {{ crons = [\"{round} * * * *\"] }}\nobservability = {{ enabled = {is_on} }}\n\
             [[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\n\
             database_id = \"{DATABASE}\"\n"
        );
        place.tree.write("wrangler.toml", format!("{API}{database}"));
        let table = format!("CREATE TABLE orders_{round} (id INTEGER);\n");
        place.tree.write(&format!("migrations/{round:04}_orders.sql"), table);
    },
};

/// Two Workers, one bound to the other.
const TWO: Scenario = Scenario {
    place: |toolchain| {
        let place = Place::new(toolchain, Stand::new(), two());
        place.deploy(&[], 0);
        place
    },
    change: |place, round| {
        place.tree.write("api/index.js", says(&format!("api {round}")));
        place.tree.write("web/index.js", says(&format!("web {round}")));
    },
};

fn two() -> WorkTree {
    WorkTree::of(&[
        ("api/wrangler.toml", API),
        ("api/index.js", &says("api")),
        ("web/wrangler.toml", WEB),
        ("web/index.js", &says("web")),
    ])
}

/// Code that says a word, and may be run by a cron trigger.
fn hears_crons(word: &str) -> String {
    format!("export default {{ fetch() {{ return new Response('{word}') }}, scheduled() {{}} }};\n")
}

/// A place in a deployment: its name, and the how manyth time it is passed.
type Point = (String, usize);

/// The places that a deployment passes and that differ in what has happened, in order.
fn points(place: &Place) -> Vec<Point> {
    let file = place.tree.at("points");
    let mut command = place.command(&["deploy"]);
    let said = super::place::said(command.env("CLODO_FAIL_POINTS", &file));
    assert_eq!(said.code, Some(0), "{said:?}");
    let mut passes = BTreeMap::new();
    let passed = fs::read_to_string(file).expect("points");
    let points = passed.lines().map(|point| {
        let pass = passes.entry(point.to_owned()).or_insert(0);
        *pass += 1;
        (point.to_owned(), *pass)
    });
    // Before one thing is after the one that came before it: nothing lies between.
    let is_own = |(at, (point, _)): &(usize, Point)| *at == 0 || point.starts_with("after ");
    points.enumerate().filter(is_own).map(|(_, point)| point).collect()
}

fn killed_at(place: &Place, (point, pass): &Point) {
    let mut command: Command = place.command(&["deploy"]);
    command.env("CLODO_FAIL_POINT", point).env("CLODO_FAIL_POINT_PASS", pass.to_string());
    let killed = command.status().expect("clodo starts");
    assert_eq!(killed.signal(), Some(9), "{point} {pass}");
    place.let_leases_run_out();
}

fn killed_and_gone_on_with(place: &Place, point: &Point) {
    killed_at(place, point);
    let left = place.deployments();
    let was_left = left.first().is_some_and(|one| !one.state.is_final());
    if was_left {
        place.deploy(&["--resume"], 0);
    } else {
        place.deploy(&[], 0);
    }
    let recorded = place.deployments();
    assert!(recorded.iter().all(|one| one.state.is_final()), "{point:?}: {recorded:#?}");
    assert_eq!(recorded[0].state, State::Succeeded, "{point:?}");
    if was_left {
        assert_eq!(recorded[0].id, left[0].id, "{point:?}: it is the same deployment");
    }
    for service in &recorded[0].services {
        let worker = &service.planned.worker;
        assert_eq!(service.progress.version, Some(place.serving(worker)), "{point:?} {worker}");
        if let Some(migrations) = service.progress.migrations.get(DATABASE) {
            assert_eq!(migrations.len(), 1, "{point:?}");
            assert!(service.progress.bookmarks.contains_key(DATABASE), "{point:?}");
        }
    }
}

/// `least`: how many places there are at least.
fn at_every_point(scenario: &Scenario, least: usize) {
    let Some(toolchain) = toolchain() else { return };
    let first = (scenario.place)(toolchain);
    (scenario.change)(&first, 0);
    let points = points(&first);
    assert!(points.len() >= least, "{points:#?}");
    let next = AtomicUsize::new(0);
    let work = |place: Place| {
        loop {
            let round = next.fetch_add(1, Ordering::Relaxed);
            let Some(point) = points.get(round) else { return };
            (scenario.change)(&place, round + 1);
            killed_and_gone_on_with(&place, point);
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
    at_every_point(&DIRECT, 7);
}

#[test]
fn a_staged_deployment_with_a_migration_survives_a_kill_at_every_point() {
    at_every_point(&STAGED, 20);
}

#[test]
fn a_deployment_of_two_services_survives_a_kill_at_every_point() {
    at_every_point(&TWO, 10);
}

#[test]
fn what_another_commit_left_is_taken_back() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", says("two"));
    killed_at(&place, &("after wrangler deploy".to_owned(), 1));
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
    killed_at(&place, &("after journal service-finished".to_owned(), 1));
    assert_ne!(place.serving("api"), api, "it is done");
    place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
    let failed = place.deploy(&["--resume"], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!((place.serving("api"), place.serving("web")), (api, web));
}
