//! Databases that are migrated after the services serve.

use clodo::core::model::deployment::State;

use super::place::{DATABASE, Place, says};
use super::several::{shop, stand};
use crate::toolchain::{Toolchain, toolchain};

fn place(toolchain: &'static Toolchain) -> Place {
    let place = Place::new(toolchain, stand(), shop());
    place.tree.write("clodo.yml", "environments: { '': { migrations: after } }\n");
    place
}

#[test]
fn databases_follow_once_the_services_serve() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain);
    let done = place.deploy(&[], 0);
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(
        place.events(),
        [
            "deployment-started",
            "step-started api deploy",
            "step-done api deploy",
            "service-finished api",
            "step-started web deploy",
            "step-done web deploy",
            "service-finished web",
            "step-started api bookmark",
            "step-done api bookmark",
            "step-started api migrate",
            "step-done api migrate",
            "deployment-finished",
        ]
    );
    let progress = &place.deployments()[0].services[0].progress;
    assert_eq!(progress.migrations[DATABASE], ["0001_orders.sql"]);
    assert!(!progress.bookmarks[DATABASE].is_empty());

    // A database can be all that changes.
    place.tree.write("api/migrations/0002_more.sql", "ALTER TABLE orders ADD COLUMN note TEXT;\n");
    let second = place.deploy(&[], 0);
    assert_eq!(second["unchanged"], serde_json::json!(["web"]), "{second:#}");
    assert_eq!(place.deployments()[0].services[0].progress.migrations[DATABASE], ["0002_more.sql"]);
}

#[test]
fn a_migration_that_fails_takes_the_services_back_and_names_the_bookmark() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain);
    place.deploy(&[], 0);
    let before = place.serving("api");
    place.tree.write("api/index.js", says("api, again"));
    place.tree.write("api/migrations/0002_more.sql", "ALTER TABLE orders ADD COLUMN note TEXT;\n");
    place.tree.write("api/migrations/0003_broken.sql", "ALTER TABLE nothing ADD COLUMN x TEXT;\n");
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.out.contains("What served before was put back, and serves."), "{said:?}");
    assert!(said.out.contains("0003_broken.sql has not run on orders"), "{said:?}");
    let recorded = place.deployments();
    let progress = &recorded[0].services[0].progress;
    let restore = format!(
        "wrangler d1 time-travel restore {DATABASE} --bookmark={}",
        progress.bookmarks[DATABASE]
    );
    assert!(said.out.contains(&restore), "{said:?}");
    assert_eq!((recorded[0].state, place.serving("api")), (State::Restored, before));
    // What has run stays, and is known.
    assert_eq!(progress.migrations[DATABASE], ["0002_more.sql"]);
    let events = place.events();
    let began = events.iter().rposition(|one| one == "deployment-started").expect("it began");
    let events = &events[began..];
    let at = |event: &str| events.iter().position(|one| one == event).expect(event);
    let order = ["service-finished api", "step-started api bookmark", "step-failed api migrate"];
    let order = [order.as_slice(), &["step-done api restore", "deployment-finished"]].concat();
    assert!(order.iter().map(|event| at(event)).is_sorted(), "{events:#?}");

    place.tree.write("api/migrations/0003_broken.sql", "CREATE TABLE notes (id INTEGER);\n");
    place.deploy(&[], 0);
    assert_eq!(place.deployments()[0].services[0].progress.migrations[DATABASE].len(), 1);
}

#[test]
fn what_a_kill_left_of_it_is_gone_on_with_under_the_same_bookmark() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain);
    let mut command = place.command(&["deploy"]);
    let killed = command.env("CLODO_FAIL_POINT", "after wrangler d1 migrations").status();
    assert!(killed.expect("clodo starts").code().is_none());
    place.let_leases_run_out();
    let bookmark =
        |place: &Place| place.deployments()[0].services[0].progress.bookmarks[DATABASE].clone();
    let noted = bookmark(&place);
    let done = place.deploy(&["--resume"], 0);
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(bookmark(&place), noted);
    let deployed = place.events().iter().filter(|one| *one == "step-done api deploy").count();
    assert_eq!(deployed, 1, "what is done is not done again");
}
