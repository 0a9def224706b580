//! The state is an old copy, or another one: what serves was deployed by clodo, and is not in it.

use std::fs;

use clodo::core::model::journal::Action;

use super::place::{Place, says};
use crate::toolchain::toolchain;

/// The numbers of locks under which anything was written, in order.
fn tokens(place: &Place) -> Vec<u64> {
    let fences = place.entries().into_iter().filter_map(|entry| entry.event.fence);
    fences.map(|fence| fence.token).collect()
}

#[test]
fn a_copy_that_was_put_back_is_noticed_and_gives_no_number_twice() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let path = place.tree.at(".clodo/state.db");
    let deploy = |word: &str| {
        place.tree.write("index.js", says(word));
        let said = place.clodo(&["deploy"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.err
    };
    deploy("one");
    let known = deploy("two");
    assert!(!known.contains("not recorded here"), "{known}");
    // A copy, as somebody keeps it.
    let connection = rusqlite::Connection::open(&path).expect("a database");
    let copy = place.tree.at("copy.db");
    connection.execute("VACUUM INTO ?1", [copy.to_str()]).expect("a copy");
    drop(connection);
    deploy("three");
    let lost = place.deployments().remove(0).id;
    let most = tokens(&place).into_iter().max().expect("a token");

    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(place.tree.at(&format!(".clodo/state.db{end}")));
    }
    fs::copy(copy, &path).expect("put back");
    let said = deploy("four");
    assert!(said.contains(&format!("api: {lost} serves, and is not recorded here")), "{said}");
    let entries = place.entries();
    let noted = entries.iter().find(|entry| entry.event.action == Action::ExternalChange);
    let noted = noted.expect("it is written down");
    assert!(noted.event.details["what"].as_str().is_some_and(|what| what.contains(&lost)));
    let newest = noted.event.fence.as_ref().expect("under a lock").token;
    assert!(newest > most, "{newest} after {most}");
    // From then on it is the state that knows.
    let known = deploy("five");
    assert!(!known.contains("not recorded here"), "{known}");
}

#[test]
fn a_state_that_fails_after_it_began_leaves_work_for_a_person() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    let child = place.deploy_into_checks("");
    let connection = rusqlite::Connection::open(place.tree.at(".clodo/state.db")).expect("a file");
    connection.execute_batch("ALTER TABLE journal RENAME TO gone").expect("renamed");
    place.let_checks_end();
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "the new version serves: {said}");
    assert!(said.contains("the deployment had begun"), "{said}");
    assert!(said.contains("clodo deploy --resume"), "{said}");
}
